/** Where the brief's own queries lead: hosts that the configuration named. Any other address stays text. */
export function hostsOf(urls: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(urls.flatMap((url) => (url !== undefined && isWeb(url) ? [new URL(url).host] : [])));
}

/** The address, when a link may lead there. */
export function safeUrl(url: string | undefined, hosts: ReadonlySet<string>): string | undefined {
  if (url === undefined || !isWeb(url)) return undefined;
  const parsed = new URL(url);
  return hosts.has(parsed.host) && parsed.username === '' && parsed.password === '' ? parsed.href : undefined;
}

function isWeb(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
