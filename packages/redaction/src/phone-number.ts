import { isNumberEnd, isNumberStart, NO_DIGIT } from './card-number.js';
import { type Finder, NOTHING } from './finder.js';

/** `+49 30 901820`, `+1 (415) 555-2671`: a country code, then digits with single separators. */
const INTERNATIONAL = /\+[1-9]\d{0,2}(?:[ .-]?(?:\(\d{1,5}\)|\d{1,14})){1,6}/y;
/** North America: area and exchange begin with 2 to 9. Without a plus only in the two forms that nothing else has. */
const NORTH_AMERICAN = /(?:\([2-9]\d{2}\) ?|[2-9]\d{2}-)[2-9]\d{2}-\d{4}/y;
const SOCIAL_SECURITY = /(?!000|666|9)\d{3}([ -])(?!00)\d{2}\1(?!0000)\d{4}/y;
const SOCIAL_SECURITY_WORD = /\bssn\b|social.security/i;

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Telephone numbers that say so: with a plus and a country code, or in the North American form. */
export const phoneNumberFinder: Finder = {
  anchors: [{ at: '+' }, { at: '(' }, { before: NO_DIGIT, at: '23456789' }],
  find(text, at, report) {
    const opening = text.charAt(at);
    const isInternational = opening === '+';
    if (
      !isInternational &&
      text.charAt(opening === '(' ? at + 4 : at + 3) !== (opening === '(' ? ')' : '-')
    ) {
      return NOTHING;
    }
    if (/[A-Za-z0-9/+]/.test(text.charAt(at - 1)) || !isNumberStart(text, at)) return NOTHING;
    const end = at + lengthOf(isInternational ? INTERNATIONAL : NORTH_AMERICAN, text, at);
    if (end === at || !isNumberEnd(text, end) || /[/=+]/.test(text.charAt(end))) return NOTHING;
    const digits = text.slice(at, end).replace(/\D/g, '').length;
    if (isInternational && !isInternationalLength(text.charAt(at + 1), digits)) return NOTHING;
    report('phone', at, end);
    return end;
  },
};

/** Country codes 1 and 7 have eleven digits: a time in seconds after a plus sign has ten. */
function isInternationalLength(country: string, digits: number): boolean {
  return country === '1' || country === '7' ? digits === 11 : digits >= 9 && digits <= 15;
}

/** Social security numbers of the United States, in the form 3-2-4. */
export const socialSecurityFinder: Finder = {
  anchors: [{ before: NO_DIGIT, at: '012345678' }],
  find(text, at, report) {
    const separator = text.charAt(at + 3);
    if ((separator !== '-' && separator !== ' ') || text.charAt(at + 6) !== separator) return NOTHING;
    if (!isNumberStart(text, at)) return NOTHING;
    // Three numbers with spaces between them are three numbers, unless the text says otherwise.
    if (separator === ' ' && !SOCIAL_SECURITY_WORD.test(text.slice(Math.max(0, at - 32), at))) return NOTHING;
    const end = at + lengthOf(SOCIAL_SECURITY, text, at);
    if (end === at || !isNumberEnd(text, end) || /[-_]/.test(text.charAt(at - 1)) || text.charAt(end) === '-')
      return NOTHING;
    report('ssn', at, end);
    return end;
  },
};
