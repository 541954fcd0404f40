import { BASE64URL, characterSet, runEnd } from './characters.js';
import { type Finder, literalAnchor, NOTHING } from './finder.js';

/** Base64 of `{"`, of `{` and a line feed with a space, and of `{` and a carriage return. */
const OPENINGS = ['eyJ', 'ewog', 'ew0K'];
const SEGMENTS = characterSet('A-Za-z0-9_.-');
const MIN_SEGMENT = 8;
/** Base64 of `{"alg":`, `{"typ":`, `{"kid":` and so on: a token cut before its first dot. */
const CUT_HEADER = /eyJ(?:hbGci|0eXAi|raWQi|lbmMi|jdHki|4NXQi)[\w-]{12,}/y;

/** JSON Web Tokens, signed, encrypted, unsigned or cut short; Kubernetes service account tokens are such. */
export const jwtFinder: Finder = {
  anchors: OPENINGS.map(literalAnchor),
  find(text, at, report) {
    const opening = OPENINGS.find((literal) => text.startsWith(literal, at + 1 - literal.length));
    if (opening === undefined) return NOTHING;
    const start = at + 1 - opening.length;
    const dot = runEnd(text, at + 1, BASE64URL);
    CUT_HEADER.lastIndex = start;
    const hasPayload =
      text.charAt(dot) === '.' &&
      dot - start >= MIN_SEGMENT &&
      runEnd(text, dot + 1, BASE64URL) - dot > MIN_SEGMENT;
    if (!hasPayload && !CUT_HEADER.test(text)) return dot;
    const end = runEnd(text, dot, SEGMENTS);
    report('jwt', start, end);
    return end;
  },
};
