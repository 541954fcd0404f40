import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import type { KnownBlock } from '@slack/types';
import { expect, it } from 'vitest';
import { type SlackBlock, toSlackThread } from './index.js';

/** Slack's types know no `readonly`. */
type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;

/** Fails to compile when a block of ours is none of those that Slack publishes. */
function toKnownBlocks(blocks: readonly SlackBlock[]): KnownBlock[] {
  const known: KnownBlock[] = structuredClone(blocks) as Writable<readonly SlackBlock[]>;
  return known;
}

it('is made of the blocks that Slack publishes as types', () => {
  const { details, message } = toSlackThread(brief, nowMs);
  const types = [...toKnownBlocks(message.blocks), ...toKnownBlocks(details?.blocks ?? [])].map(
    ({ type }) => type,
  );
  expect(new Set(types)).toEqual(new Set(['header', 'section', 'context']));
});
