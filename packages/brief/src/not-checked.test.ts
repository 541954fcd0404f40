import type { Gap } from '@midwatch/core';
import type { SourceReport } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { input } from './__fixtures__/brief-input.js';
import { toNotChecked } from './not-checked.js';
import { createLinkRule } from './safe-link.js';

const base = input.collection.sources.find(({ state }) => state === 'partial');
if (base === undefined) throw new TypeError('the fixture has no partial report');

/** One report for each answer of the same source. */
function toReasons(...answers: readonly (readonly Gap[])[]): readonly string[] {
  const sources = answers.map((gaps): SourceReport => ({ ...base!, gaps }));
  const collection = { ...input.collection, sources };
  return toNotChecked(collection, createLinkRule(collection, [])).map(({ reason }) => reason);
}

describe('toNotChecked', () => {
  it('tells what is missing in the words of the connector, so that missing details are no missing items', () => {
    const detail = 'the values that a flag change changed';
    expect(toReasons([{ reason: 'budget', detail, missing: { count: 40, exact: true } }])).toEqual([
      'budget: the values that a flag change changed (40 missing)',
    ]);
  });

  it('says "at least" only where the count is not exact', () => {
    const cut = (exact: boolean): Gap => ({ reason: 'row-limit', missing: { count: 3, exact } });
    expect(toReasons([cut(true), cut(true)])).toEqual(['row-limit (6 missing)']);
    expect(toReasons([cut(true), cut(false)])).toEqual(['row-limit (at least 6 missing)']);
  });

  it('tells the gaps of all queries to a source, and adds up no counts that may be about the same', () => {
    expect(
      toReasons(
        [{ reason: 'row-limit', missing: { count: 3, exact: true } }],
        [
          { reason: 'row-limit', missing: { count: 5, exact: true } },
          { reason: 'unsupported-filter', detail: 'namespace' },
        ],
      ),
    ).toEqual(['row-limit (at least 5 missing), unsupported-filter: namespace']);
  });

  it('cuts a long detail to one short line, and a long list to its first', () => {
    const long = toReasons([{ reason: 'budget', detail: `one\ntwo\u2028three ${'x'.repeat(500)}` }])[0] ?? '';
    expect(long).toMatch(/^budget: one two three x+…$/);
    expect(long.length).toBeLessThan(180);
    const many = Array.from({ length: 7 }, (_, index): Gap => ({ reason: 'budget', detail: `${index}` }));
    expect(toReasons(many)).toEqual(['budget: 0, budget: 1, budget: 2, budget: 3, 3 more']);
  });
});
