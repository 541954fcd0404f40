import { backslashesBefore, characterSet, isSpace, runStart } from './characters.js';
import { type Finder, NOTHING } from './finder.js';
import { isHarmless } from './harmless-value.js';
import { reportAuthorization, reportCookie } from './header-value.js';
import { readKey } from './secret-key.js';
import { readQuoted } from './secret-value.js';

const HEADER_NAME = characterSet('A-Za-z-');
/** Names of headers. A list such as ["password", "email"] names fields, and what follows is no value. */
const HEADER = /^(?:(?:proxy-|x-)?authorization|(?:set-)?cookie|[A-Za-z]+(?:-[A-Za-z]+)+)$/i;

/** Headers as a list of names and values: `["Authorization", "Bearer x"]`, `('Cookie', 'a=b')`. */
export const headerPairFinder: Finder = {
  anchors: [{ before: '"\'', at: ',' }],
  find(text, at, report) {
    const depth = backslashesBefore(text, at - 1);
    const nameEnd = at - 1 - depth;
    const name = text.slice(runStart(text, nameEnd, HEADER_NAME, nameEnd - 64), nameEnd);
    const meaning = HEADER.test(name) ? readKey(name, false) : undefined;
    if (meaning?.certainty !== 'sure') return NOTHING;
    let from = at + 1;
    while (from - at < 32 && from < text.length && isSpace(text.charCodeAt(from))) from += 1;
    const value = readQuoted(text, from, depth);
    // In an object what follows is the next key: "name":"Authorization","value":"x"
    if (!value || /^[\\"']{0,17}\s{0,3}:/.test(text.slice(value.end, value.end + 24))) return NOTHING;
    if (meaning.category === 'authorization') return reportAuthorization(text, from, report);
    if (meaning.category === 'cookie') return reportCookie(text, from, true, report);
    if (isHarmless(text.slice(value.start, value.end))) return NOTHING;
    report(meaning.category, value.start, value.end);
    return value.end;
  },
};
