import { type Finder, NOTHING, type Report } from './finder.js';
import { isHarmless, isProse } from './harmless-value.js';
import { readKey } from './secret-key.js';
import { bareEnd, readQuoted, readValue } from './secret-value.js';

/** Ends of the words below; most words of a text are none of them. */
const ENDINGS = new Set('rd wd se et en ey by ss th'.split(' '));
const WORTH_READING = /(?:password|passwd|passphrase|pwd|secret|token|key|by|requirepass|masterauth)$/i;
/** Words that a value follows without a delimiter, in SQL and in configuration files. */
const DIRECTIVES = /(?:identified\s{1,3}by|requirepass|masterauth|\blogin \S{1,64} password)$/i;
const NOUN =
  /(?:^|[^\w.-])([\w.-]{0,40}(?:password|passwd|passphrase|pwd|secret|token)|(?:api|access|secret|auth)[ _-]?key)$/i;
/** `secret "db-credentials" not found` names an object of the cluster. */
const OBJECT_NAME = /^[a-z0-9]+(?:[.-][a-z0-9]+)+$/;
/** `password is x`, `token was: x`, `DB_PASSWORD changed from x to y`, `password -> x` */
const COPULA = /(?: was| is| are| changed from| changed to| set to| ->| →)?(?::| =)? /y;
/** Between the old value and the new one. */
const TURN = /["'`\ue022\ue027]? (?:to|->|→) /y;
const MAX_WORD = 256;

/** Secrets that prose, SQL and configuration say without `=` or `:`. */
export const spokenSecretFinder: Finder = {
  anchors: [{ before: 'dDtTnNyYeEhHsS', at: ' ' }],
  find(text, at, report) {
    if (!ENDINGS.has(text.slice(Math.max(0, at - 2), at).toLowerCase())) return NOTHING;
    if (!WORTH_READING.test(text.slice(Math.max(0, at - 12), at))) return NOTHING;
    const before = text.slice(Math.max(0, at - 90), at);
    if (DIRECTIVES.test(before)) return reportDirective(text, at + 1, report);
    const noun = NOUN.exec(before)?.[1];
    const meaning = noun === undefined ? undefined : readKey(noun, false);
    if (meaning?.certainty !== 'sure') return NOTHING;
    COPULA.lastIndex = at;
    const copula = COPULA.exec(text)?.[0] ?? ' ';
    const end = reportSaid(text, at + copula.length, meaning.category, copula.length > 1, report);
    TURN.lastIndex = end;
    const turn = end > 0 && copula.includes('from') ? TURN.exec(text)?.[0] : undefined;
    if (turn === undefined) return end;
    return Math.max(end, reportSaid(text, end + turn.length, meaning.category, true, report));
  },
};

function reportSaid(text: string, from: number, category: string, isSaid: boolean, report: Report): number {
  const isEnclosed = text.charAt(from) === '(' || text.charAt(from) === '[';
  const start = isEnclosed ? from + 1 : from;
  const quoted = readQuoted(text, start);
  if (quoted) {
    const content = text.slice(quoted.start, quoted.end);
    const mayBeName = category !== 'password' && !isSaid;
    if (isHarmless(content) || (mayBeName && (!isCode(content, 12) || OBJECT_NAME.test(content))))
      return NOTHING;
    report(category, quoted.start, quoted.end);
    return quoted.end;
  }
  const end = bareEnd(text, start, false);
  const minLength = isSaid || category === 'password' ? 6 : 16;
  const word = text.slice(start, Math.min(end, start + MAX_WORD));
  if (!isCode(word, minLength) || (!isSaid && category !== 'password' && OBJECT_NAME.test(word))) {
    return end - start > MAX_WORD ? end : NOTHING;
  }
  report(category, start, end);
  return end;
}

/** A word that no language has: letters and digits mixed. */
function isCode(word: string, minLength: number): boolean {
  if (word.length < minLength || isHarmless(word)) return false;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(word) || /[/(]|^\d[\d.:-]*\w?$|^v?\d+\./.test(word)) return false;
  return /\d/.test(word) && /[A-Za-z]/.test(word);
}

function reportDirective(text: string, from: number, report: Report): number {
  const value = readValue(text, from, false);
  const content = text.slice(value.start, value.end);
  if (isHarmless(content) || content.length < 3) return NOTHING;
  if (!value.isQuoted && isProse(text.slice(from, from + 48))) return NOTHING;
  report('password', value.start, value.end);
  return value.end;
}
