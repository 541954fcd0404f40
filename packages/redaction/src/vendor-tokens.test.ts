import { describe, expect, it } from 'vitest';
import type { CharacterSet } from './characters.js';
import type { TokenShape } from './prefixed-token.js';
import { createRedactor } from './redactor.js';
import { VENDOR_TOKENS } from './vendor-tokens.js';

const { redact } = createRedactor();

/** Letters and digits of the set in an order that no word has. */
function body(set: CharacterSet, length: number): string {
  const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => set[character.charCodeAt(0)] === 1 && /[A-Za-z0-9]/.test(character),
  );
  return Array.from({ length }, (_, at) => characters[(at * 7 + 3) % characters.length]).join('');
}

function tokenOf({ lead, prefix, body: set, min }: TokenShape, length = min): string {
  return (lead ? body(lead.set, lead.min) : '') + prefix + body(set, length);
}

const named = VENDOR_TOKENS.map((shape) => [`${shape.category} ${shape.prefix}`, shape] as const);

describe('every shape in the table', () => {
  it.each(named)('%s', (_, shape) => {
    const token = tokenOf(shape);
    const kept = shape.isPrefixKept ? shape.prefix : '';
    for (const [before, after] of [
      ['', ''],
      ['using ', ' now'],
      ['{"a":"', '"}'],
      ['x=', ' y=1'],
    ] as const) {
      expect(redact(before + token + after)).toMatch(
        new RegExp(`^${literally(before + kept)}\\[redacted:[a-z-]+\\]${literally(after)}$`),
      );
    }
  });

  it.each(named.filter(([, { min }]) => min > 4))('is no secret when it is short: %s', (_, shape) => {
    const short = `see ${tokenOf(shape, 2)} there`;
    expect(redact(short)).toBe(short);
  });
});

it('a word that ends like a prefix is a word', () => {
  for (const text of [
    'task-runner-for-everything-in-the-cluster-01',
    'class.methodNameThatIsVeryLong1',
    'ask-me',
    'desk-1',
  ]) {
    expect(redact(text)).toBe(text);
  }
});

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
