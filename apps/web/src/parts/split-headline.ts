/** A headline has its numbers after middle dots: what is broken reads better above them. */
export function splitHeadline(headline: string): {
  readonly main: string;
  readonly numbers: readonly string[];
} {
  const [main = headline, ...numbers] = headline.split(' · ');
  return { main, numbers };
}

/** The first sentence is what a tired person reads. */
export function splitCause(cause: string): { readonly lead: string; readonly rest: string } {
  const end = /\.\s+(?=\p{Lu}|\d)/u.exec(cause);
  if (end === null) return { lead: cause, rest: '' };
  return { lead: cause.slice(0, end.index + 1), rest: cause.slice(end.index + end[0].length) };
}
