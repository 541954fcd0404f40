import type { ServerSettings } from './environment.js';

/** Everything secret that the settings hold: for the log, which must not show them. */
export function secretsOf(settings: ServerSettings): readonly string[] {
  const { claude, notifyWebhook, signatures, slackBot, slackWebhookUrl, tokens } = settings;
  const maybe = [
    ...tokens.map(({ token }) => token),
    claude?.token,
    slackBot?.token,
    slackWebhookUrl,
    notifyWebhook?.secret,
    signatures.grafana?.secret,
    ...(signatures.pagerduty?.secrets ?? []),
  ];
  return maybe.filter((secret) => secret !== undefined);
}
