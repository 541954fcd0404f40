import type { ServerSettings } from './environment.js';

/** Everything secret that the settings hold: for the log, which must not show them. */
export function secretsOf(settings: ServerSettings): readonly string[] {
  const { claude, databaseUrl, signatures, slack, told, tokens } = settings;
  const maybe = [
    ...tokens.map(({ token }) => token),
    claude?.token,
    databaseUrl,
    passwordOf(databaseUrl),
    ...told.secrets,
    slack?.signingSecret,
    signatures.grafana?.secret,
    ...(signatures.pagerduty?.secrets ?? []),
  ];
  return maybe.filter((secret) => secret !== undefined);
}

/** A driver's message may hold it without the rest of the address. */
function passwordOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { password } = new URL(url);
  try {
    return decodeURIComponent(password) || undefined;
  } catch {
    // Half an escape: it stands for itself.
    return password;
  }
}
