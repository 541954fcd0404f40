import { characterSet, isIn, runEnd, runStart } from './characters.js';
import { type Finder, NOTHING } from './finder.js';
import { isProse } from './harmless-value.js';

const CREDENTIAL = characterSet('A-Za-z0-9._~+/=|:-');
const LETTER = characterSet('A-Za-z');
/** What follows the word in a sentence or in a challenge: `Bearer realm="x"`. */
const ABOUT_SCHEMES =
  /^(?:tokens?|auth\w*|scheme|realm|error|scope|credentials?|format|header|resource_metadata|methods?|type|is|was|or|and|for|in)\b/i;

/** `Bearer x`, `Basic x`, `GenieKey x` and SMTP's `PLAIN x`, with or without the header's name before it. The word stays. */
export const bearerFinder: Finder = {
  anchors: [{ before: 'rRcCyYnN', at: ' \t' }],
  find(text, at, report) {
    const scheme = text.slice(runStart(text, at, LETTER, at - 9), at).toLowerCase();
    if (scheme !== 'bearer' && scheme !== 'basic' && scheme !== 'geniekey' && scheme !== 'plain')
      return NOTHING;
    let start = at + 1;
    while (start - at < 4 && isIn(text, start, SPACE)) start += 1;
    const end = runEnd(text, start, CREDENTIAL);
    if (end - start < 6) return NOTHING;
    const isEncoded = scheme === 'basic' || scheme === 'plain';
    const isCredential = isEncoded
      ? isUserAndPassword(text.slice(start, end))
      : !isSentence(text.slice(start, start + 48));
    if (!isCredential) return NOTHING;
    report('authorization', start, end);
    return end;
  },
};

const SPACE = characterSet(' \t');

function isSentence(rest: string): boolean {
  // A pair after the word `Bearer`, as in `token_type=Bearer expires_in=60`; base64 has its `=` at the end.
  if (/^[a-z_]{2,24}=[^=\s]/i.test(rest)) return true;
  return ABOUT_SCHEMES.test(rest) || (isProse(rest) && /^[a-z]+[\s,.;:!)]/.test(rest));
}

/** Base64 of `user:password`, or of SMTP's `NUL user NUL password`, also when it was cut short; `Basic settings` is not. */
function isUserAndPassword(encoded: string): boolean {
  const body = encoded.replace(/=+$/, '').slice(0, 512);
  if (!/^[A-Za-z0-9+/_-]{6,}$/.test(body)) return false;
  const whole = body.slice(0, body.length - (body.length % 4 === 1 ? 1 : 0));
  const decoded = atob(whole.replaceAll('-', '+').replaceAll('_', '/'));
  return /^[ -9;-~\u0080-\u00ff]{0,256}:|^[ -~]{0,256}\0[ -~]{1,256}\0/.test(decoded);
}
