import { ALPHANUMERIC, isIn, UPPER_OR_DIGIT } from './characters.js';
import { type Finder, NOTHING } from './finder.js';

/** Country and length: https://www.swift.com/standards/data-standards/iban-international-bank-account-number */
const LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 ' +
    'LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 ' +
    'SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** International bank account numbers, in one word or in groups of four: the country's length and a right checksum. */
export const ibanFinder: Finder = {
  anchors: [{ before: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', at: '0123456789' }],
  find(text, at, report) {
    const start = at - 2;
    const length = LENGTHS.get(text.slice(Math.max(0, start), at));
    if (length === undefined || isIn(text, start - 1, ALPHANUMERIC)) return NOTHING;
    let end = start;
    let compact = '';
    while (compact.length < length) {
      if (isIn(text, end, UPPER_OR_DIGIT)) compact += text.charAt(end);
      else if (!(/[ -]/.test(text.charAt(end)) && compact.length % 4 === 0)) return NOTHING;
      end += 1;
      if (end - start > 48) return NOTHING;
    }
    if (isIn(text, end, ALPHANUMERIC) || !hasChecksum(compact)) return NOTHING;
    report('iban', start, end);
    return end;
  },
};

function hasChecksum(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
