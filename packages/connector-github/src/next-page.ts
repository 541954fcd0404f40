/**
 * The number of the page that `Link` calls the next one. Only the number is taken: the address comes from outside, and a
 * request with a token goes nowhere but to `baseUrl`.
 */
export function nextPage(link: string | null): number | undefined {
  for (const entry of (link ?? '').split(',')) {
    const target = /^\s*<([^<>]{1,2000})>\s*;(.*)$/.exec(entry);
    if (target === null || !/\brel="?next"?/.test(target[2] ?? '')) continue;
    const page = URL.canParse(target[1] ?? '') ? new URL(target[1] ?? '').searchParams.get('page') : null;
    if (page !== null && /^\d{1,6}$/.test(page)) return Number(page);
  }
  return undefined;
}
