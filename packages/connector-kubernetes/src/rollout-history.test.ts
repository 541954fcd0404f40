import { expect, it } from 'vitest';
import { at, msAt, replicaSet } from './__fixtures__/cluster.js';
import { historyStartMs, toRollouts } from './rollout-history.js';
import { fromReplicaSet, type Revision, replicaSetSchema } from './workload.js';

const revisions = (...sets: object[]): Revision[] =>
  sets.flatMap((set) => fromReplicaSet(replicaSetSchema.parse(set)) ?? []);
const tell = (...sets: object[]) =>
  toRollouts(revisions(...sets)).map(({ number, atMs, previous, isRollback }) => [
    number,
    atMs,
    previous?.number,
    isRollback,
  ]);

it('numbers that a revision had before are rollouts, too; only the first has a time', () => {
  expect(
    tell(replicaSet(5, at(1), {}, { history: '1,3' }), replicaSet(4, at(4), {}), replicaSet(2, at(2), {})),
  ).toEqual([
    [1, msAt(1), undefined, false],
    [2, msAt(2), 1, false],
    [3, undefined, 2, true],
    [4, msAt(4), 3, false],
    [5, undefined, 4, true],
  ]);
});

it('what ran before is another template: numbers between may be gone', () => {
  expect(tell(replicaSet(4, at(1), {}, { history: '1' }))).toEqual([
    [1, msAt(1), undefined, false],
    [4, undefined, undefined, true],
  ]);
});

it('a history without gaps begins nowhere, one with a gap after it', () => {
  const start = (...sets: object[]) => historyStartMs(toRollouts(revisions(...sets)));
  expect(start()).toBeUndefined();
  expect(start(replicaSet(1, at(1), {}), replicaSet(2, at(2), {}))).toBeUndefined();
  expect(start(replicaSet(7, at(1), {}), replicaSet(8, at(2), {}))).toBe(msAt(1));
  expect(
    start(replicaSet(9, at(1), {}, { history: '1' }), replicaSet(7, at(2), {}), replicaSet(8, at(3), {})),
  ).toBe(msAt(2));
});

it('what is numbered by nobody, or owned by nobody, is no revision', () => {
  const odd = replicaSet(1, at(1), {});
  expect(revisions({ ...odd, metadata: { ...odd.metadata, annotations: {} } })).toEqual([]);
  expect(revisions({ ...odd, metadata: { ...odd.metadata, ownerReferences: [] } })).toEqual([]);
});

it('thousands of numbers are read in no time that grows with their square', () => {
  const sets = Array.from({ length: 4000 }, (_, index) => replicaSet(index + 1, at(1, index), {}));
  expect(toRollouts(revisions(...sets))).toHaveLength(4000);
});
