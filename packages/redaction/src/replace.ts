import { toToken } from './token.js';

/** A stretch of the original text that is to go: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly category: string;
}

/** What a key says gives way to what the value itself shows. */
const GENERAL = new Set(['password', 'secret', 'token', 'api-key', 'authorization', 'cookie', 'private-key']);

/** Joins spans that overlap; the longest names the category, and of equals the most particular. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort(
    (a, b) => a.start - b.start || b.end - a.end || generality(a) - generality(b),
  );
  const merged: { start: number; end: number; category: string; longest: number }[] = [];
  for (const { start, end, category } of sorted) {
    const last = merged.at(-1);
    const length = end - start;
    if (!last || start >= last.end) {
      merged.push({ start, end, category, longest: length });
      continue;
    }
    last.end = Math.max(last.end, end);
    if (length > last.longest) Object.assign(last, { category, longest: length });
  }
  return merged;
}

function generality(span: Span): number {
  return GENERAL.has(span.category) ? 1 : 0;
}

/** Writes a token in place of each span. The spans ascend and do not overlap. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  let replaced = '';
  let from = 0;
  for (const { start: found, end, category } of spans) {
    const start = wholeEscapeStart(text, found, from);
    const quote = missingQuote(text, start, end);
    replaced += `${text.slice(from, start)}${quote}${toToken(category)}${quote}`;
    from = end;
  }
  return replaced + text.slice(from);
}

/** A span never leaves half an escape before its token: JSON has to stay JSON. */
function wholeEscapeStart(text: string, start: number, from: number): number {
  let backslashes = 0;
  while (start - backslashes > from && text.charAt(start - backslashes - 1) === '\\') backslashes += 1;
  return backslashes % 2 === 1 ? start - 1 : start;
}

/** A member's key and colon: `, "card": `, and the same in JSON in JSON. */
const MEMBER = /[{,]\s{0,64}"(?:[^"\\]|\\.){0,256}(")\s{0,4}:\s{0,4}$/;
const ESCAPED_MEMBER = /[{,]\s{0,64}\\{0,16}"[^"]{0,256}?(\\{0,16}")\s{0,4}:\s{0,4}$/;

/** The quote to put around a number of a JSON object, since a token is no number. */
function missingQuote(text: string, start: number, end: number): string {
  if (!/^\s{0,4}[,}]/.test(text.slice(end, end + 5)) || !/^-?[\d.]+$/.test(text.slice(start, end))) return '';
  const before = text.slice(Math.max(0, start - 400), start);
  return (MEMBER.exec(before) ?? ESCAPED_MEMBER.exec(before))?.[1] ?? '';
}
