import { describe, expect, it } from 'vitest';
import { CARRIERS, DISGUISES } from './__fixtures__/carriers.js';
import {
  ADDRESSES,
  ASSIGNED,
  BLOCKS,
  HEADERS,
  PERSONAL,
  type PlantedSecret,
  TOKENS,
} from './__fixtures__/planted-secrets.js';
import { survivors } from './__fixtures__/survivors.js';
import { createRedactor } from './redactor.js';

const { redact } = createRedactor();

const FAMILIES = {
  tokens: TOKENS,
  assigned: ASSIGNED,
  headers: HEADERS,
  addresses: ADDRESSES,
  personal: PERSONAL,
  blocks: BLOCKS,
};

describe.each(Object.entries(FAMILIES))('planted secrets: %s', (_, planted) => {
  for (const [carrier, carry] of Object.entries(CARRIERS)) {
    it.each(planted.filter((secret) => !secret.isWholeLines || carrier === 'alone'))(
      `${carrier}: $name`,
      (secret) => {
        const redacted = redact(carry(secret.text));
        expect(survivors(redacted, secret.secrets), redacted).toEqual([]);
        expect(redact(redacted)).toBe(redacted);
      },
    );
  }

  it.each(planted.filter(({ remains }) => remains !== undefined))(
    'leaves what is no secret: $name',
    (secret) => {
      expect(redact(secret.text)).toContain(secret.remains);
    },
  );
});

describe.each(Object.entries(DISGUISES))('disguised by %s', (_, disguise) => {
  const oneOfEach: PlantedSecret[] = [
    ...TOKENS,
    ...ASSIGNED.slice(0, 12),
    ...HEADERS.slice(0, 3),
    ...ADDRESSES.slice(0, 7),
  ];
  it.each(oneOfEach)('$name', (secret) => {
    const redacted = redact(`error: ${disguise(secret.text)} (retrying)`);
    expect(survivors(redacted, secret.secrets), redacted).toEqual([]);
  });
});
