import { ALPHANUMERIC, DIGIT, isIn, runEnd } from './characters.js';
import { type Finder, NOTHING } from './finder.js';

/** Characters before a digit that begin a number; after any other digit it has begun already. */
export const NO_DIGIT = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
  .filter((character) => !/\d/.test(character))
  .join('');

/** Issuers by their first digits: https://en.wikipedia.org/wiki/Payment_card_number. No card begins with 1, as times do. */
const ISSUER =
  /^(?:4|5[0-8]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-59]|[689])|35(?:2[89]|[3-8])|6(?:011|5|4[4-9]|2|0|3|7|8|9)|220[0-4])/;
/** Lengths that need no company: those of nearly every card. The others are also those of counters and ids. */
const COMMON_LENGTH = /^(?:3[47]\d{13}|(?:30[0-59]|3[689])\d{11}|[2-6]\d{15})$/;
const GROUPED = /(\d{4})([ .-])\d{4}\2\d{4}\2\d{1,7}|(\d{4})([ .-])\d{6}\4\d{4,5}/y;
const CARD_WORDS = /card|\bpan\b|visa|master|amex|credit|debit|\bcc\b|payment|iin\b/i;
/** Keys of numbers that are long and never a card. */
const COUNTING_KEY =
  /(?:trace|span|parent|offset|bytes?|nanos?|micros|usec|time|_?ts|_ns|seq|sequence|lsn|count(?:er)?|total|size|memory|heap|duration|elapsed|latency|(?<![A-Za-z])(?:[pt]id|used|free|rss|alloc|limit|max|min))[\w.-]{0,12}["'\\\ue022\ue027]{0,6}\s?[=:]\s?["'\\\ue022\ue027]{0,6}$/i;

/** Payment card numbers: an issuer's first digits, a right length, a right check digit. */
export const cardNumberFinder: Finder = {
  anchors: [{ before: NO_DIGIT, at: '23456' }],
  find(text, at, report) {
    // A minus sign is none of a card's; a dash after a word may be: order-4111...
    if (!isNumberStart(text, at) || (text.charAt(at - 1) === '-' && !isIn(text, at - 2, ALPHANUMERIC)))
      return NOTHING;
    const runLimit = runEnd(text, at, DIGIT, at + 20);
    const end = runLimit - at > 6 ? runLimit : groupedEnd(text, at);
    const digits = text.slice(at, end).replace(/\D/g, '');
    if (digits.length < 13 || digits.length > 19 || !isNumberEnd(text, end)) return NOTHING;
    if (!ISSUER.test(digits) || !hasCheckDigit(digits)) return NOTHING;
    const before = text.slice(Math.max(0, at - 48), at);
    const isGrouped = digits.length < end - at;
    if (!isGrouped && !COMMON_LENGTH.test(digits) && !CARD_WORDS.test(before)) return NOTHING;
    if (COUNTING_KEY.test(before)) return NOTHING;
    report('card-number', at, end);
    return end;
  },
};

function groupedEnd(text: string, at: number): number {
  if (!' .-'.includes(text.charAt(at + 4))) return at;
  GROUPED.lastIndex = at;
  return at + (GROUPED.exec(text)?.[0].length ?? 0);
}

/** Not within a word, a decimal, or a longer group of numbers. */
export function isNumberStart(text: string, at: number): boolean {
  if (isIn(text, at - 1, ALPHANUMERIC)) return false;
  return !('-.,'.includes(text.charAt(at - 1)) && isIn(text, at - 2, DIGIT));
}

export function isNumberEnd(text: string, end: number): boolean {
  if (isIn(text, end, ALPHANUMERIC)) return false;
  return !('-.'.includes(text.charAt(end)) && isIn(text, end + 1, DIGIT));
}

/** The check digit by Luhn; a row of one digit is no card. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, isDoubled = false; at >= 0; at -= 1, isDoubled = !isDoubled) {
    const digit = digits.charCodeAt(at) - 0x30;
    sum += isDoubled ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0 && !/^(\d)\1+$/.test(digits);
}
