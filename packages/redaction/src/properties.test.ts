import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADDRESSES, ASSIGNED, BLOCKS, HEADERS, PERSONAL, TOKENS } from './__fixtures__/planted-secrets.js';
import { survivors } from './__fixtures__/survivors.js';
import { createRedactor } from './redactor.js';

const { redact, redactWithCounts } = createRedactor();
const SEED = { seed: 20_260_301 };

/** Fragments that mean something to one finder or another, so that random texts reach their far ends. */
const FRAGMENTS = [
  ...[
    'password',
    'token',
    'Authorization',
    'Cookie',
    'api_key',
    'passphrase',
    'value',
    'name',
    'kty',
    '"d"',
    'login a password',
  ],
  ...[
    '=',
    ':',
    ': ',
    '=>',
    '":"',
    "='",
    '="',
    '\\"',
    '\\\\"',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '</password>',
    '&',
    '?',
    ',',
    ';',
  ],
  ...[
    'Bearer ',
    'Basic ',
    'Digest a="b", ',
    '://',
    '@',
    '@tcp(',
    'user:pw@h:22',
    'eyJ',
    'ewog',
    '.',
    '----',
    '-----BEGIN ',
  ],
  ...[
    'PRIVATE KEY-----',
    '-----END ',
    'LS0tLS1CRUdJTi',
    'AKIA',
    'ghp_',
    'sk-',
    'xoxb-',
    'hvs.',
    ':AA',
    '--password ',
    '-u a:bc',
  ],
  ...[
    '|\n  a\n',
    '\n',
    '\r\n',
    '\\n',
    '\\u0070',
    '%3D',
    '%25',
    '&quot;',
    '\u001b[31m',
    '\u200b',
    '\ufffc',
    '𝗽',
    '[redacted:jwt]',
  ],
  ...[
    '4111111111111111',
    '4111 1111 1111 1111',
    'DE89370400440532013000',
    '219-09-9999',
    '+49 30 901820 55',
    'a@b.example',
  ],
  ...[
    'A1b2C3d4E5f6G7h8',
    '0123456789abcdef0123456789abcdef',
    'is ',
    'changed from ',
    ' -> ',
    '******',
    '$X',
    'null',
    'x',
  ],
];

const soup = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 6 })), {
    maxLength: 24,
  })
  .map((parts) => parts.join(''));
const anyText = fc.oneof(soup, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-composite' }));
const TOKEN = /\[redacted:[a-z][a-z0-9-]*\]/g;

describe('any text', () => {
  it('is redacted once and for all', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = redact(text);
        expect(redact(once)).toBe(once);
      }),
      { ...SEED, numRuns: 8000 },
    );
  });

  it('is left as it is but for what the tokens replace', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const parts = redact(text).split(TOKEN);
        let from = 0;
        for (const part of parts) {
          const at = text.indexOf(part, from);
          // The quotes around a token in place of a number are the one thing that is added.
          if (part !== '' && part !== '"') expect(at).toBeGreaterThanOrEqual(0);
          from = Math.max(from, at);
        }
      }),
      { ...SEED, numRuns: 4000 },
    );
  });

  it('stays JSON when it was', () => {
    fc.assert(
      fc.property(fc.dictionary(soup, fc.oneof(soup, fc.nat(), fc.dictionary(soup, soup))), (object) => {
        const parsed: unknown = JSON.parse(redact(JSON.stringify(object)));
        expect(parsed).toBeTypeOf('object');
      }),
      { ...SEED, numRuns: 4000 },
    );
  });

  it('has as many tokens as were counted', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: redacted, counts } = redactWithCounts(text);
        const written = redacted.match(TOKEN)?.length ?? 0;
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(written);
      }),
      SEED,
    );
  });
});

describe('a planted secret', () => {
  const planted = [...TOKENS, ...ASSIGNED, ...HEADERS, ...ADDRESSES, ...PERSONAL, ...BLOCKS];
  const border = fc.constantFrom(' ', '\n', ' | ', ' -- ', '\t', '; ', ' (', ' => ', ' [');
  // Words without quotes: an open quote before the secret would rightly make it part of something else.
  const words = fc.lorem({ maxCount: 8 });

  it('is gone from random surroundings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...planted.filter((secret) => !secret.isWholeLines)),
        words,
        border,
        words,
        (secret, before, gap, after) => {
          const redacted = redact(`${before}${gap}${secret.text} ${after}`);
          expect(survivors(redacted, secret.secrets), redacted).toEqual([]);
        },
      ),
      { ...SEED, numRuns: 4000 },
    );
  });

  it('is gone from any text, when it can be told without its surroundings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TOKENS),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        (secret, before, after) => {
          const redacted = redact(`${before} ${secret.text} ${after}`);
          expect(survivors(redacted, secret.secrets), redacted).toEqual([]);
        },
      ),
      { ...SEED, numRuns: 4000 },
    );
  });
});
