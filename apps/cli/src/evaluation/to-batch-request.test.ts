import { describe, expect, it } from 'vitest';
import { toBatchRequest, toCustomIds } from './to-batch-request.js';

const bundleOf = (text: string) => {
  const dossier = { text, estimatedTokens: 0, citableIds: ['L1'], omittedIds: [], fence: 'f'.repeat(20) };
  return { id: 'one', input: { dossier } } as unknown as Parameters<typeof toBatchRequest>[0];
};

describe('toBatchRequest', () => {
  it('refuses what is longer than 8,000 estimated tokens, quotes counted as they travel', () => {
    expect(toBatchRequest(bundleOf('x'.repeat(18_000)), 'one', 'claude-haiku-5-5').custom_id).toBe('one');
    expect(() => toBatchRequest(bundleOf('"'.repeat(18_000)), 'one', 'claude-haiku-5-5')).toThrow(
      /one: its request takes 1\d,?\d{3} estimated tokens, at most 8000 may be sent; nothing was written/,
    );
  });
});

describe('toCustomIds', () => {
  it('keeps what the API takes, and makes the rest into what it takes, each still its own', async () => {
    const long = 'x'.repeat(65);
    const ids = await toCustomIds(['inc-1_A', 'a b', 'a/b', 'ä', '', long]);
    expect(ids[0]).toBe('inc-1_A');
    expect(new Set(ids).size).toBe(6);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    await expect(toCustomIds(['a', 'a'])).rejects.toThrow(/two bundles have the id `a`/);
  });
});
