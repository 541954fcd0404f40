import { characterSet, runEnd } from './characters.js';
import { type Finder, NOTHING } from './finder.js';
import { isHarmless, isSmallNumber } from './harmless-value.js';
import { readKey } from './secret-key.js';

const NAME = characterSet('A-Za-z0-9_.-');
const MAX_NAME_LENGTH = 64;

/** `<wsse:Password Type="...">value</wsse:Password>`: found from its closing tag, so that attributes do not matter. */
export const elementFinder: Finder = {
  anchors: [{ before: '<', at: '/' }],
  find(text, at, report) {
    let from = at + 1;
    let end = runEnd(text, from, NAME, from + MAX_NAME_LENGTH);
    if (text.charAt(end) === ':') {
      from = end + 1;
      end = runEnd(text, from, NAME, from + MAX_NAME_LENGTH);
    }
    const meaning = readKey(text.slice(from, end), false);
    if (meaning?.certainty !== 'sure') return NOTHING;
    const close = at - 1;
    let start = close;
    while (start > 0 && text.charAt(start - 1) !== '>' && text.charAt(start - 1) !== '<') start -= 1;
    const content = text.slice(start, close);
    if (start === 0 || text.charAt(start - 1) === '<' || isHarmless(content.trim())) return NOTHING;
    if (meaning.category !== 'password' && isSmallNumber(content)) return NOTHING;
    report(meaning.category, start, close);
    return close;
  },
};
