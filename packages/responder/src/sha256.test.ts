import { expect, it } from 'vitest';
import { sha256 } from './sha256.js';

it('gives what the platform gives, at every length about the borders of blocks', async () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + length) % 256);
    expect(sha256(bytes)).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  }
});
