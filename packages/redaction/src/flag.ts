import { characterSet, isSpace, runEnd, WORD } from './characters.js';
import { type Finder, NOTHING, type Report } from './finder.js';
import { isHarmless } from './harmless-value.js';
import { readKey } from './secret-key.js';
import { readValue } from './secret-value.js';

const FLAG = characterSet('A-Za-z0-9-');
/** Commands whose `-p` is a password and no port. */
const LOGIN_COMMAND =
  /(?:^|[^\w-])(?:sshpass|mysql(?:dump|admin)?|mariadb|mongo(?:sh|dump|restore)?|(?:docker|podman|registry|az|oc) login)\s[^\n|;&]*$/;

/** `--password x`, `-u user:x`, and `-p x` of the commands where that is a password. */
export const flagFinder: Finder = {
  anchors: [{ before: '-', at: '-upa' }],
  find(text, at, report) {
    const before = text.charAt(at - 2);
    if (before !== '' && !isSpace(before.charCodeAt(0)) && !'"\'`[,'.includes(before)) return NOTHING;
    const letter = text.charAt(at);
    if (letter === 'u') return reportUser(text, at + 1, report);
    if (letter === 'p') return reportShort(text, at + 1, report);
    if (letter === 'a') return reportRedis(text, at + 1, report);
    const end = runEnd(text, at + 1, FLAG, at + 65);
    if (text.slice(at + 1, end) === 'user') return reportUser(text, end, report);
    // As an array the flag and its value are quoted apart: ["--token", "x"]
    const gap = /^(?:["'],? ?(?=["'])| {1,3})/.exec(text.slice(end, end + 4))?.[0].length ?? 0;
    const meaning = gap === 0 ? undefined : readKey(text.slice(at + 1, end), false);
    return meaning?.certainty === 'sure'
      ? reportArgument(text, end + gap, meaning.category, report)
      : NOTHING;
  },
};

function reportArgument(text: string, from: number, category: string, report: Report): number {
  const value = readValue(text, from, false);
  if (text.charAt(from) === '-' || isHarmless(text.slice(value.start, value.end))) return NOTHING;
  report(category, value.start, value.end);
  return value.end;
}

function reportShort(text: string, from: number, report: Report): number {
  if (!LOGIN_COMMAND.test(text.slice(Math.max(0, from - 120), from - 2))) return NOTHING;
  return reportArgument(text, text.charAt(from) === ' ' ? from + 1 : from, 'password', report);
}

function reportRedis(text: string, from: number, report: Report): number {
  const isRedis = /\bredis-cli\s[^\n|;&]*$/.test(text.slice(Math.max(0, from - 120), from - 2));
  return isRedis && text.charAt(from) === ' ' ? reportArgument(text, from + 1, 'password', report) : NOTHING;
}

function reportUser(text: string, from: number, report: Report): number {
  if (text.charAt(from) !== ' ') return NOTHING;
  const value = readValue(text, from + 1, false);
  const userEnd = runEnd(text, value.start, WORD, value.end);
  if (text.charAt(userEnd) !== ':' || userEnd === value.start || value.end - userEnd < 4) return NOTHING;
  report('password', userEnd + 1, value.end);
  return value.end;
}
