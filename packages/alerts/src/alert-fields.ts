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

/** A time as RFC 3339, also with `+0000` for the offset; `undefined` when it is none. */
export function parseTime(text: string | undefined | null): number | undefined {
  const ms = Date.parse((text ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isFinite(ms) ? ms : undefined;
}

export function cutText(text: string | undefined | null): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed.slice(0, MAX_TEXT);
}

const MAX_LABELS = 200;

/** `service:checkout` becomes the label `service`; a tag without a colon becomes a label of its own, with no value. */
export function labelsOfTags(tags: readonly string[]): Record<string, string> {
  const labels = new Map<string, string>();
  for (const tag of tags.slice(0, MAX_LABELS)) {
    const [, name = '', value = ''] = /^([^:]*):?([\s\S]*)$/.exec(tag.trim().slice(0, MAX_TEXT)) ?? [];
    if (name !== '' && !labels.has(name)) labels.set(name, value);
  }
  return Object.fromEntries(labels);
}
