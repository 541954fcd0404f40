/** A body may hold thousands in a storm; more than this is refused alert by alert, as problems. */
export const MAX_ALERTS = 1000;
export const MAX_TEXT = 4000;

export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

/** For senders that leave the fingerprint out: the same labels give the same text. */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
  return `labels:${JSON.stringify(sorted)}`;
}

export function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
    ? text
    : undefined;
}
