import { backslashesBefore, characterSet, isIn, QUOTES, runStart } from './characters.js';

/** The key to the left of a delimiter. */
export interface AssignedKey {
  readonly start: number;
  readonly name: string;
  readonly isInQuery: boolean;
  readonly isQuoted: boolean;
  /** Backslashes before its quotes: as many as before the quotes of its value. Undefined when it has none around it. */
  readonly quoteDepth: number | undefined;
}

const KEY = characterSet('A-Za-z0-9_.$-');
const MAX_KEY_LENGTH = 64;
/** One or two words before the last, for `API key provided:` and `secret access key =`. */
const WORDS_BEFORE = /(?:[A-Za-z][A-Za-z-]{0,20} ){1,2}$/;
/** A pair that says the key in its first half: `"name": "DB_PASSWORD", "value": ...`, also over two lines of YAML. */
const NAME_BEFORE =
  /(?:name|key|field|header)["'\\\ue022\ue027]{0,17}\s{0,3}[:=]\s{0,3}["'\\\ue022\ue027]{0,17}([A-Za-z_][\w.-]{0,63})["'\\\ue022\ue027]{0,17}[\s,;]{0,40}["'\\\ue022\ue027]{0,17}$/i;

/** Reads the key that ends at the delimiter at `at`, or undefined where there is none. */
export function readAssignedKey(text: string, at: number): AssignedKey | undefined {
  let end = skipBackOver(text, at, ' \t:=!?+', 4);
  if (text.charAt(end - 1) === ']') end -= 1;
  const quote = text.charAt(end - 1);
  const isQuoted = quote !== '' && QUOTES.includes(quote);
  const depth = isQuoted ? backslashesBefore(text, end - 1) : 0;
  if (isQuoted) end -= 1 + depth;
  const start = runStart(text, end, KEY, end - MAX_KEY_LENGTH);
  if (start === end || isClock(text, start, end)) return undefined;
  const before = text.charAt(start - 1);
  const isInQuery = before === '?' || before === '&';
  const name = text.slice(start, end);
  const named = /^val(?:ue)?$/i.test(name) ? nameBefore(text, start, isQuoted) : undefined;
  const quoteDepth = isQuoted && before === quote ? depth : undefined;
  return {
    start,
    name: named ?? wordsBefore(text, start, name, isQuoted) + name,
    isInQuery,
    isQuoted,
    quoteDepth,
  };
}

function skipBackOver(text: string, from: number, characters: string, atMost: number): number {
  let at = from;
  while (from - at < atMost && at > 0 && characters.includes(text.charAt(at - 1))) at -= 1;
  return at;
}

/** `12:30:45` has no keys. */
function isClock(text: string, start: number, end: number): boolean {
  return text.charCodeAt(start) < 0x3a && text.charCodeAt(end - 1) < 0x3a;
}

function wordsBefore(text: string, start: number, name: string, isQuoted: boolean): string {
  if (
    isQuoted ||
    text.charAt(start - 1) !== ' ' ||
    !/^(?:key|token|provided|given|received|number)$/i.test(name)
  )
    return '';
  return WORDS_BEFORE.exec(text.slice(Math.max(0, start - 44), start))?.[0] ?? '';
}

function nameBefore(text: string, start: number, isQuoted: boolean): string | undefined {
  const end = isQuoted ? start - 1 - backslashesBefore(text, start - 1) : start;
  return NAME_BEFORE.exec(text.slice(Math.max(0, end - 200), end))?.[1];
}

/** Whether a key could end before `at`: a first test, without reading it. */
export function mayEndKey(text: string, at: number): boolean {
  return isIn(text, at - 1, KEY) || ` \t]:=!?+\\${QUOTES}`.includes(text.charAt(at - 1));
}
