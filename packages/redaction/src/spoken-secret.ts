import { characterSet, isSpace, runEnd, WORD } from './characters.js';
import { type Finder, NOTHING, type Report } from './finder.js';
import { isHarmless, isProse } from './harmless-value.js';
import { readKey } from './secret-key.js';
import { bareEnd, readQuoted, readValue } from './secret-value.js';

const FLAG = characterSet('A-Za-z0-9-');
/** Words that a value follows without a delimiter, in SQL and in configuration files. */
const DIRECTIVES = /(?:identified\s{1,3}by|requirepass|masterauth|\blogin \S{1,64} password)$/i;
const NOUN =
  /(?:^|[^\w-])(password|passwd|passphrase|pwd|secret|token|(?:api|access|secret|auth)[ _-]?key)$/i;
/** `secret "db-credentials" not found` names an object of the cluster. */
const OBJECT_NAME = /^[a-z0-9]+(?:[.-][a-z0-9]+)+$/;
/** `password is x`, `token was: x` */
const COPULA = /(?: was| is| are)?(?::| =)? /y;

/** Secrets that prose, SQL and configuration say without `=` or `:`. */
export const spokenSecretFinder: Finder = {
  anchors: [{ before: 'dDtTnNyYeEhHsS', at: ' ' }],
  find(text, at, report) {
    const before = text.slice(Math.max(0, at - 90), at);
    if (DIRECTIVES.test(before)) return reportWord(text, at + 1, 'password', report);
    const noun = NOUN.exec(before)?.[1];
    if (noun === undefined) return NOTHING;
    const category = readKey(noun, false)?.category ?? 'secret';
    COPULA.lastIndex = at;
    const from = at + (COPULA.exec(text)?.[0].length ?? 1);
    const quoted = readQuoted(text, from);
    const isSaid = from > at + 1;
    if (quoted) {
      const content = text.slice(quoted.start, quoted.end);
      if (category !== 'password' && !isSaid && (!isCode(content, 12) || OBJECT_NAME.test(content)))
        return NOTHING;
      if (isHarmless(content) || content.length > 256) return NOTHING;
      report(category, quoted.start, quoted.end);
      return quoted.end;
    }
    const end = bareEnd(text, from, false);
    const minLength = isSaid || category === 'password' ? 6 : 16;
    if (!isCode(text.slice(from, Math.min(end, from + 256)), minLength))
      return end - from > 512 ? end : NOTHING;
    report(category, from, end);
    return end;
  },
};

/** A word that no language has: letters and digits mixed. */
function isCode(word: string, minLength: number): boolean {
  if (word.length < minLength || isHarmless(word)) return false;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(word) || /[/(]|^\d[\d.:-]*\w?$|^v?\d+\./.test(word)) return false;
  return /\d/.test(word) && /[A-Za-z]/.test(word);
}

function reportWord(text: string, from: number, category: string, report: Report): number {
  const value = readValue(text, from, false);
  const content = text.slice(value.start, value.end);
  if (isHarmless(content) || content.length < 3 || (!value.isQuoted && isProse(text.slice(from, from + 48))))
    return NOTHING;
  report(category, value.start, value.end);
  return value.end;
}

/** `--password x`, `-u user:x`. */
export const flagFinder: Finder = {
  anchors: [
    { before: '-', at: '-' },
    { before: '-', at: 'u' },
  ],
  find(text, at, report) {
    if (at > 1 && !isSpace(text.charCodeAt(at - 2)) && !/["'`[,]/.test(text.charAt(at - 2))) return NOTHING;
    if (text.charAt(at) === 'u') return reportUser(text, at + 1, report);
    const end = runEnd(text, at + 1, FLAG, at + 65);
    // As an array the flag and its value are quoted apart: ["--token", "x"]
    const gap = /^(?:["'],? ?(?=["'])| {1,3})/.exec(text.slice(end, end + 4))?.[0].length ?? 0;
    if (gap === 0 || readKey(text.slice(at + 1, end), false)?.certainty !== 'sure') return NOTHING;
    if (text.charAt(end + gap) === '-') return NOTHING;
    return reportWord(text, end + gap, readKey(text.slice(at + 1, end), false)?.category ?? 'secret', report);
  },
};

function reportUser(text: string, from: number, report: Report): number {
  if (text.charAt(from) !== ' ') return NOTHING;
  const value = readValue(text, from + 1, false);
  const userEnd = runEnd(text, value.start, WORD, value.end);
  if (text.charAt(userEnd) !== ':' || userEnd === value.start || value.end - userEnd < 4) return NOTHING;
  report('password', userEnd + 1, value.end);
  return value.end;
}
