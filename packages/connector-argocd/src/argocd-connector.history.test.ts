import { describe, expect, it } from 'vitest';
import { application, at, deploys, serve, source, window } from './__fixtures__/serve.js';

const entry = (id: number, revision: string, hour: number, more: object = {}) => ({
  ...{ id, revision, deployedAt: at(hour), source },
  ...more,
});
const withHistory = (...history: readonly object[]) => application({ status: { history } });

describe('where the history begins', () => {
  const gap = { reason: 'retention', window: { startMs: window.startMs, endMs: Date.parse(at(2)) } };

  it('is said when it is later than the window does: older entries were dropped', async () => {
    const { gaps } = await deploys(serve([withHistory(entry(7, 'aaaaaaa1', 2), entry(8, 'bbbbbbb2', 21))]));
    expect(gaps).toEqual([expect.objectContaining(gap)]);
  });

  it('is the first deploy of all where ids begin with 0, however short the history may be', async () => {
    const spec = { revisionHistoryLimit: 2 };
    expect((await deploys(serve([application({ spec })]))).gaps).toEqual([]);
  });

  it('is nowhere when none is kept: the whole window is not covered', async () => {
    const unkept = application({ spec: { revisionHistoryLimit: 0 }, status: { history: [] } });
    const { signals, gaps } = await deploys(serve([unkept]));
    expect(signals).toEqual([]);
    expect(gaps).toEqual([expect.objectContaining({ reason: 'retention', window })]);
  });
});

describe('a rollback', () => {
  const history = [
    entry(0, 'aaaaaaa1', 2),
    entry(1, 'bbbbbbb2', 20),
    entry(2, 'aaaaaaa1', 21, { initiatedBy: { username: 'sam' } }),
  ];

  it('is told from what it went back to, and was made by whoever pressed the button', async () => {
    const last = (await deploys(serve([withHistory(...history)]))).signals.at(-1);
    expect(last).toMatchObject({
      actor: 'sam',
      summary: `back to what was deployed at ${new Date(at(2)).toISOString()} (history id 0); Cut the limit (#12)`,
      previousRevision: 'bbbbbbb2',
      rollback: { toRevision: '1' },
    });
    // The pull request brought the revision the first time.
    expect(last).not.toHaveProperty('changeRequest');
  });

  it('shows the changes that it took back', async () => {
    const { signals } = await deploys(serve([withHistory(...history)]));
    expect(signals.at(-1)?.changes[0]).toEqual({
      path: 'Deployment/checkout container app env LIMIT',
      before: '10',
      after: '100',
    });
  });
});

describe('the operation, which the history does not hold', () => {
  const withOperation = (operationState: object) =>
    serve([application({ status: { ...application().status, operationState } })]);

  it('is told when it failed', async () => {
    const { signals } = await deploys(
      withOperation({
        ...{ phase: 'Failed', message: 'one object failed to apply', startedAt: at(23) },
        syncResult: { revision: 'ccccccc3' },
        operation: { initiatedBy: { username: 'sam' } },
      }),
    );
    expect(signals.at(-1)).toMatchObject({
      ...{ revision: 'ccccccc3', phase: 'failed', previousRevision: 'bbbbbbb2' },
      summary: 'Cut the limit (#12); sync failed: one object failed to apply',
    });
  });

  it('is told while it runs and has rendered nothing yet', async () => {
    const { signals } = await deploys(
      withOperation({
        ...{ phase: 'Running', startedAt: at(23) },
        operation: { sync: { revision: 'ccccccc3' } },
      }),
    );
    expect(signals.at(-1)).toMatchObject({ revision: 'ccccccc3', phase: 'running' });
  });

  it('of self-heal means that somebody changed the cluster', async () => {
    const { signals } = await deploys(
      withOperation({
        ...{ phase: 'Succeeded', startedAt: at(22), finishedAt: at(23) },
        syncResult: { revision: 'bbbbbbb2' },
        operation: {
          initiatedBy: { automated: true },
          sync: { resources: [{ kind: 'Deployment', name: 'checkout' }], autoHealAttemptsCount: 2 },
        },
      }),
    );
    expect(signals.at(-1)?.summary).toMatch(/^self-heal: put back what was changed in the cluster; /);
    expect(signals.at(-1)).not.toHaveProperty('actor');
  });
});

it('a parameter that changed in one source of several is told by its place', async () => {
  const chart = (max: string) => ({
    ...{ repoURL: 'https://charts.example.com', chart: 'checkout', targetRevision: '1.2.3' },
    helm: { parameters: [{ name: 'pool.max', value: max }] },
  });
  const several = (id: number, hour: number, max: string) => ({
    ...{ id, deployedAt: at(hour), source: { repoURL: '' } },
    ...{ revisions: ['1.2.3', 'aaaaaaa1'], sources: [chart(max), source] },
  });
  const { signals } = await deploys(serve([withHistory(several(0, 2, '100'), several(1, 21, '10'))]));
  expect(signals.at(-1)?.changes).toEqual([
    { path: 'source[0].helm.parameters[pool.max]', before: '100', after: '10' },
  ]);
});
