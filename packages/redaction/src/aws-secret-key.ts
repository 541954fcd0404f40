import { characterSet, runEnd, runStart, UPPER_OR_DIGIT } from './characters.js';
import { type Finder, NOTHING } from './finder.js';

const SECRET_LENGTH = 40;
const REACH = 160;
const BODY = characterSet('A-Za-z0-9/+');

/**
 * The secret half of an AWS key pair, which has no prefix: a word of 40 base64 characters of mixed case close to an access
 * key id. A commit's hash has 40 characters too, but no upper case.
 */
export const awsSecretKeyFinder: Finder = {
  anchors: [
    { before: 'I', at: 'A' },
    { before: 'C', at: 'A' },
  ],
  find(text, at, report) {
    if (!/^(?:AKIA|ASIA|ABIA|ACCA)$/.test(text.slice(Math.max(0, at - 3), at + 1))) return NOTHING;
    const idEnd = runEnd(text, at + 1, UPPER_OR_DIGIT, at + 17);
    if (idEnd - at < 17) return NOTHING;
    const first = Math.max(0, at - REACH);
    const limit = Math.min(text.length, idEnd + REACH);
    for (let from = runStart(text, first, BODY, first - SECRET_LENGTH); from < limit; ) {
      const end = runEnd(text, from, BODY, limit + SECRET_LENGTH);
      if (end - from === SECRET_LENGTH && isMixed(text.slice(from, end))) report('aws-secret-key', from, end);
      from = end + 1;
    }
    return NOTHING;
  },
};

function isMixed(word: string): boolean {
  return /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
}
