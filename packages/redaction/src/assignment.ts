import { isSecret, readAssignedValue, readBraced } from './assigned-value.js';
import { type AssignedKey, mayEndKey, readAssignedKey } from './assignment-key.js';
import { blockScalar } from './block-scalar.js';
import { type Finder, NOTHING, type Report } from './finder.js';
import { reportAuthorization, reportCookie } from './header-value.js';
import { type KeyMeaning, readKey } from './secret-key.js';
import { readQuoted, readValue, type Value } from './secret-value.js';

/** A longer value that is no secret is not read again at the delimiters within it. */
const MAX_READ_AGAIN = 512;
/** From the old value to the new one. */
const ARROW = /["'`\\\ue022\ue027]{0,17}\s{0,3}(?:->|=>|→)\s{0,3}/y;

interface Assignment {
  readonly text: string;
  readonly key: AssignedKey;
  readonly meaning: KeyMeaning;
  readonly report: Report;
}

/** `key=value`, `key: value`, `"key":"value"`, `key => value` where the key says that the value is secret. */
export const assignmentFinder: Finder = {
  anchors: [{ at: '=:' }],
  find(text, at, report) {
    const from = valueStart(text, at);
    if (from === undefined || !mayEndKey(text, at)) return NOTHING;
    const key = readAssignedKey(text, at);
    const meaning = key && readKey(key.name, key.isInQuery);
    return meaning ? reportAssigned({ text, key, meaning, report }, from) : NOTHING;
  },
};

/** Where the value of the delimiter at `at` begins; undefined when the character delimits nothing. */
function valueStart(text: string, at: number): number | undefined {
  const delimiter = text.charAt(at);
  const next = text.charAt(at + 1);
  if (next === '=') return undefined;
  const isPartOfColons = next === ':' || text.charAt(at - 1) === ':' || text.startsWith('//', at + 1);
  if (delimiter === ':' && isPartOfColons) return undefined;
  let from = delimiter === '=' && next === '>' ? at + 2 : at + 1;
  while (from - at < 10 && (text.charAt(from) === ' ' || text.charAt(from) === '\t')) from += 1;
  return from;
}

function reportAssigned(assignment: Assignment, from: number): number {
  const { text, key, meaning, report } = assignment;
  if (meaning.category === 'authorization') return reportAuthorization(text, from, report);
  if (meaning.category === 'cookie') return reportCookie(text, from, key.isQuoted, report);
  const opening = text.charAt(from);
  if (opening === '[') return reportList(assignment, from + 1);
  if (meaning.certainty === 'sure' && !key.isQuoted) {
    const enclosed = opening === '{' ? readBraced(text, from) : blockScalar(text, from);
    if (enclosed) return reportValue(assignment, enclosed);
  }
  if (opening === '{') return NOTHING;
  const end = reportIfSecret(assignment, readAssignedValue(text, from, key, meaning.certainty === 'digits'));
  if (end === NOTHING || meaning.certainty !== 'sure') return end;
  ARROW.lastIndex = end;
  const arrow = ARROW.exec(text)?.[0].length ?? 0;
  return arrow === 0 ? end : Math.max(end, reportIfSecret(assignment, readValue(text, end + arrow, false)));
}

function reportIfSecret(assignment: Assignment, value: Value): number {
  if (isSecret(assignment.text, value, assignment.key, assignment.meaning))
    return reportValue(assignment, value);
  return !value.isQuoted && value.end - value.start > MAX_READ_AGAIN ? value.end : NOTHING;
}

function reportValue({ meaning, report }: Assignment, value: Value): number {
  report(meaning.category, value.start, value.end);
  return value.end;
}

/** `"tokens":["a","b"]` and `{token=[a]}`. */
function reportList(assignment: Assignment, from: number): number {
  const { text, key } = assignment;
  let at = from;
  for (;;) {
    while (at < text.length && ' \t\n\r,'.includes(text.charAt(at))) at += 1;
    const value = readQuoted(text, at, key.quoteDepth);
    if (value === undefined) break;
    reportIfSecret(assignment, value);
    at = value.end + 1;
    while (text.charAt(at - 1) === '\\') at += 1;
  }
  return at > from ? at : reportIfSecret(assignment, readValue(text, from, false));
}
