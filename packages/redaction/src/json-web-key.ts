import { type Finder, literalAnchor, NOTHING } from './finder.js';

const REACH = 4096;
/** The private members of RFC 7518, section 6: of elliptic curve, RSA and symmetric keys. */
const PRIVATE_MEMBER =
  /["'\ue022\ue027](?:d|p|q|dp|dq|qi|k)\\{0,16}["'\ue022\ue027]\s{0,3}:\s{0,3}\\{0,16}["'\ue022\ue027]([\w=-]{16,})/g;

/** The private members of a JSON Web Key. */
export const jsonWebKeyFinder: Finder = {
  anchors: [literalAnchor('kty')],
  find(text, at, report) {
    if (!text.startsWith('kty', at - 2)) return NOTHING;
    const from = Math.max(0, at - REACH);
    for (const found of text.slice(from, at + REACH).matchAll(PRIVATE_MEMBER)) {
      const end = from + found.index + found[0].length;
      report('private-key', end - (found[1] ?? '').length, end);
    }
    return at + REACH;
  },
};
