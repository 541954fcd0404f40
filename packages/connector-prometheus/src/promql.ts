/** One label condition; the only way text gets into a query, so that every value passes through `quote`. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~';
  readonly value: string;
}

/** `name{label="value"}`; a name that needs quotes, or none, is a matcher on `__name__`, which every version reads. */
export function toSelector(name: string | undefined, matchers: readonly Matcher[]): string {
  const plain = name === undefined || /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const all: readonly Matcher[] = plain
    ? matchers
    : [{ label: '__name__', operator: '=', value: name }, ...matchers];
  const conditions = all.map(({ label, operator, value }) => {
    if (!isLabelName(label)) throw new TypeError('not a label name');
    return `${label}${operator}${quote(value)}`;
  });
  const bare = plain ? (name ?? '') : '';
  return conditions.length === 0 ? bare : `${bare}{${conditions.join(',')}}`;
}

/** Prometheus 3 allows any name in quotes; older ones and most relatives only these. */
export function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

/** `sum by (service, pod)` */
export function aggregate(
  operator: 'sum' | 'max' | 'count',
  by: readonly string[],
  expression: string,
): string {
  return `${operator} by (${by.join(', ')}) (${expression})`;
}

export function perSecond(selector: string, windowSeconds: number): string {
  return `rate(${selector}[${windowSeconds}s])`;
}

/** A regular expression that matches this text and nothing else. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A PromQL string. Its escapes are Go's, of which JSON's are a part, but for halves of surrogate pairs. */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
