import { describe, expect, it } from 'vitest';
import { applicationSchema } from './argocd-schema.js';
import { historyStartMs, toSyncRecords } from './sync-record.js';

const source = { repoURL: 'https://github.com/acme/deploy', path: 'api' };
const first = { id: 4, revision: 'aaaaaaa1', deployedAt: '2026-11-22T10:00:05Z', source };
const second = {
  id: 5,
  revision: 'bbbbbbb2',
  deployedAt: '2026-11-23T03:00:05Z',
  deployStartedAt: '2026-11-23T03:00:00Z',
  source,
};

const application = (status: object, spec: object = {}) =>
  applicationSchema.parse({ metadata: { name: 'api' }, spec, status });
const records = (status: object) => toSyncRecords(application(status));

describe('history', () => {
  it('runs from old to new; each entry knows the one before, and only the last is current', () => {
    expect(
      records({ history: [first, second] }).map(({ historyId, previous, isCurrent, atMs }) => [
        historyId,
        previous?.historyId,
        isCurrent,
        new Date(atMs).toISOString(),
      ]),
    ).toEqual([
      [4, undefined, false, '2026-11-22T10:00:05.000Z'],
      [5, 4, true, '2026-11-23T03:00:05.000Z'],
    ]);
  });

  it('times may be missing, null, or the year 1', () => {
    const start = { ...second, deployedAt: null };
    const never = { ...second, deployedAt: '0001-01-01T00:00:00Z', deployStartedAt: null };
    expect(records({ history: [start, never] }).map(({ atMs }) => atMs)).toEqual([
      Date.parse('2026-11-23T03:00:00Z'),
    ]);
  });

  it('of several sources has `sources` and `revisions`, and a `source` with an empty address that says nothing', () => {
    const chart = { repoURL: 'https://charts.example.com', chart: 'api', targetRevision: '1.2.3' };
    const entry = {
      ...second,
      revision: undefined,
      source: { repoURL: '' },
      sources: [chart, source],
      revisions: ['1.2.3', 'ccccccc3'],
    };
    const [record] = records({ history: [entry] });
    expect(record?.synced).toMatchObject({ revisions: ['1.2.3', 'ccccccc3'], primary: 1 });
    expect(record?.synced.sources).toHaveLength(2);
  });

  it('was cut where its first id is not 0: it is known from that entry on', () => {
    expect(historyStartMs(application({ history: [first, second] }))).toBe(Date.parse(first.deployedAt));
    const whole = [
      { ...first, id: 0 },
      { ...second, id: 1 },
    ];
    expect(historyStartMs(application({ history: whole }, { revisionHistoryLimit: 2 }))).toBeUndefined();
  });

  it('without ids may have been cut when it is full', () => {
    const history = [first, second].map(({ id: _, ...entry }) => entry);
    expect(historyStartMs(application({ history }))).toBeUndefined();
    expect(historyStartMs(application({ history }, { revisionHistoryLimit: 2 }))).toBe(
      Date.parse(first.deployedAt),
    );
  });

  it('that is not kept is known from no time on', () => {
    expect(historyStartMs(application({ history: [] }))).toBeUndefined();
    expect(historyStartMs(application({ history: [] }, { revisionHistoryLimit: 0 }))).toBe(Infinity);
  });

  it('a sync that goes back is told by what was deployed before', () => {
    const third = { ...first, id: 6, deployedAt: '2026-11-23T03:40:00Z' };
    const again = { ...first, id: 7, deployedAt: '2026-11-23T03:50:00Z' };
    const backTo = records({ history: [first, second, third, again] }).map((one) => one.backTo?.historyId);
    expect(backTo).toEqual([undefined, undefined, 4, undefined]);
  });

  it('the same revision with other settings is not the same', () => {
    const tuned = {
      ...first,
      id: 6,
      source: { ...source, helm: { parameters: [{ name: 'a', value: '1' }] } },
    };
    expect(records({ history: [first, second, tuned] })[2]).not.toHaveProperty('backTo');
  });
});

describe('operation', () => {
  const operation = (phase: string, more: object = {}) => ({
    phase,
    message: 'one or more objects failed to apply',
    startedAt: '2026-11-23T03:30:00Z',
    finishedAt: '2026-11-23T03:31:00Z',
    operation: { initiatedBy: { username: 'sam' }, ...more },
    syncResult: { revision: 'ccccccc3', source },
  });
  const latest = (phase: string, more?: object) =>
    records({ history: [first, second], operationState: operation(phase, more) })[2];

  it.each([
    ['Failed', 'failed', '2026-11-23T03:31:00.000Z'],
    ['Error', 'failed', '2026-11-23T03:31:00.000Z'],
    ['Running', 'running', '2026-11-23T03:30:00.000Z'],
    ['Terminating', 'running', '2026-11-23T03:30:00.000Z'],
  ])('%s is no entry of the history', (phase, expected, time) => {
    const record = latest(phase);
    expect(record).toMatchObject({ phase: expected, username: 'sam', isCurrent: false });
    expect([record?.previous?.historyId, new Date(record?.atMs ?? 0).toISOString()]).toEqual([5, time]);
  });

  it('that failed says why; one that runs does not yet', () => {
    expect(latest('Failed')?.message).toBe('one or more objects failed to apply');
    expect(latest('Running')).not.toHaveProperty('message');
  });

  it('Succeeded is the last entry of the history and counts once', () => {
    expect(latest('Succeeded')).toBeUndefined();
  });

  it('Succeeded of selected resources is in no history', () => {
    expect(latest('Succeeded', { sync: { resources: [{ kind: 'Deployment', name: 'api' }] } })).toMatchObject(
      {
        phase: 'succeeded',
        isCurrent: false,
      },
    );
  });

  it('of self-heal took some resources and put back what was changed in the cluster', () => {
    const sync = { resources: [{ kind: 'Deployment', name: 'api' }], autoHealAttemptsCount: 1 };
    expect(latest('Succeeded', { sync })).toMatchObject({ isSelfHeal: true, phase: 'succeeded' });
    expect(latest('Failed')).toMatchObject({ isSelfHeal: false });
  });

  it('that has no result yet goes where it was asked to go, else where the comparison points', () => {
    const running = { phase: 'Running', startedAt: '2026-11-23T03:30:00Z' };
    const revisionsOf = (more: object, sync?: object) =>
      toSyncRecords(application({ operationState: { ...running, operation: { sync: more } }, sync }))[0]
        ?.synced.revisions;
    expect(revisionsOf({ revisions: ['1.2.3', 'ccccccc3'], sources: [source, source] })).toEqual([
      '1.2.3',
      'ccccccc3',
    ]);
    expect(revisionsOf({}, { revision: 'ddddddd4' })).toEqual(['ddddddd4']);
    expect(revisionsOf({})).toBeUndefined();
  });

  it('a dry run changed nothing', () => {
    expect(latest('Failed', { sync: { dryRun: true } })).toBeUndefined();
  });

  it('is all there is when no history is kept', () => {
    expect(records({ operationState: operation('Succeeded') })).toMatchObject([
      { phase: 'succeeded', isCurrent: true },
    ]);
  });
});
