import { characterSet, runEnd } from './characters.js';
import { type Finder, NOTHING } from './finder.js';
import { isHarmless, isSmallNumber } from './harmless-value.js';
import { readKey } from './secret-key.js';

const NAME = characterSet('A-Za-z0-9_.-');
const MAX_NAME_LENGTH = 64;
const MAX_TAG_LENGTH = 512;
const OPENING_TAG =
  /<[A-Za-z_][\w.:-]{0,128}(?:\s{1,8}[\w.:-]{1,64}\s?=\s?\\{0,16}["'\ue022\ue027][^"'<>\ue022\ue027]{0,256}["'\ue022\ue027])*\s{0,8}>$/;

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
    let close = at - 1;
    let start = close;
    while (start > 0 && text.charAt(start - 1) !== '>' && text.charAt(start - 1) !== '<') start -= 1;
    // A string around the tag may end before the tag is closed.
    const cut = text.slice(start, close).search(/\\{0,16}"\s{0,3}[,:}\]]/);
    if (cut >= 0) close = start + cut;
    const content = text.slice(start, close);
    if (!OPENING_TAG.test(text.slice(Math.max(0, start - MAX_TAG_LENGTH), start))) return NOTHING;
    if (isHarmless(content.trim())) return NOTHING;
    if (meaning.category !== 'password' && isSmallNumber(content)) return NOTHING;
    report(meaning.category, start, close);
    return at;
  },
};
