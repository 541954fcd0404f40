/** One label condition; the only way text gets into a query, so that every value passes through `quote`. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '=~';
  readonly value: string;
}

/** A log query before it is text. All conditions hold together. */
export interface LogQuery {
  readonly selector: readonly Matcher[];
  /** Texts that stand in the line. */
  readonly contains?: readonly string[];
  /** Regular expressions that the line matches somewhere. */
  readonly linePatterns?: readonly string[];
  /** Of each group at least one matcher holds; they see structured metadata as well as stream labels. */
  readonly filters?: readonly (readonly Matcher[])[];
}

/** The LogQL of a query. Line filters come first: they are the cheapest for the server. */
export function toLogQl(query: LogQuery): string {
  const parts = [`{${query.selector.map(toMatcher).join(', ')}}`];
  for (const text of query.contains ?? []) parts.push(`|= ${quote(text)}`);
  for (const pattern of query.linePatterns ?? []) parts.push(`|~ ${quote(pattern)}`);
  for (const group of query.filters ?? []) parts.push(`| ${group.map(toMatcher).join(' or ')}`);
  return parts.join(' ');
}

/** How many lines a query has in the `durationMs` before the time it is asked for. */
export function toCountQl(logQl: string, durationMs: number): string {
  const duration = durationMs % 1000 === 0 ? `${durationMs / 1000}s` : `${Math.ceil(durationMs)}ms`;
  return `sum(count_over_time(${logQl} [${duration}]))`;
}

export function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

/** A regular expression that matches any of these texts and nothing else in them is special. */
export function toPattern(texts: readonly string[]): string {
  return texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

function toMatcher({ label, operator, value }: Matcher): string {
  if (!isLabelName(label)) throw new TypeError('not a label name');
  return `${label}${operator}${quote(value)}`;
}

/**
 * A LogQL string. Its escapes are Go's, of which JSON's are a part, but for halves of surrogate pairs. Backticks would
 * spare escapes, but a backtick itself has none.
 */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
