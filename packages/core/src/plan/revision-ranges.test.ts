import { describe, expect, it } from 'vitest';
import { ALERT, deploy, NOW_MS, span, trace } from '../collect/__fixtures__/connectors.js';
import type { DeploySignal } from '../connector/v1/signal.js';
import { type PlanSettings, plan } from './plan.js';

const HOUR_MS = 3_600_000;
const sourced = (id: string, hoursAgo: number, sourceRevision: string, more: Partial<DeploySignal> = {}) =>
  deploy('cluster', id, NOW_MS - hoursAgo * HOUR_MS, { repository: 'acme/edge', sourceRevision, ...more });

/** What is asked about what lies between revisions, as `service base...head, ...`. */
function asked(deploys: readonly DeploySignal[], settings: PlanSettings = {}, alert = ALERT) {
  const root = span('edge', NOW_MS - 60_000, 50);
  const child = span('stock', NOW_MS - 60_000, 40, { parentSpanId: root.spanId });
  const traces = [trace('traces', 't1', [root, child])];
  const queries = plan(alert, NOW_MS, settings).secondWave({ deploys, traces }, []);
  return queries.flatMap((planned) => (planned.kind === 'deploys' && planned.query.between ? [planned] : []));
}

const outline = (queries: ReturnType<typeof asked>) =>
  queries.map(({ query }) => {
    const ranges = (query.between ?? []).map(
      ({ repository, base, head }) => `${repository} ${base}...${head}`,
    );
    return `${query.target.service}: ${ranges.join(', ')}`;
  });

describe('what lies between two revisions', () => {
  it('is asked of the deploys of the service of the alert and of its neighbours, over their time', () => {
    const queries = asked([
      sourced('e1', 5, 'aaa'),
      sourced('e2', 4, 'bbb'),
      sourced('s1', 3, 'ccc', { service: 'stock', repository: 'acme/stock' }),
      sourced('s2', 2, 'ddd', { service: 'stock', repository: 'acme/stock' }),
      sourced('x1', 3, 'eee', { service: 'elsewhere', repository: 'acme/elsewhere' }),
      sourced('x2', 2, 'fff', { service: 'elsewhere', repository: 'acme/elsewhere' }),
    ]);
    expect(outline(queries)).toEqual(['stock: acme/stock ccc...ddd', 'edge: acme/edge aaa...bbb']);
    const atMs = NOW_MS - 2 * HOUR_MS;
    expect(queries[0]).toMatchObject({ purpose: 'revision-range', wave: 2 });
    expect(queries[0]?.query).toMatchObject({
      window: { startMs: atMs, endMs: atMs + 1 },
      target: { service: 'stock', namespace: 'prod' },
    });
  });

  it('goes from what the deploy system says ran before, where it counts in commits itself', () => {
    const only = sourced('bbb', 4, 'bbb', { previousRevision: 'aaa' });
    expect(outline(asked([only]))).toEqual(['edge: acme/edge aaa...bbb']);
    const otherCount = sourced('12', 4, 'bbb', { previousRevision: '11' });
    expect(asked([otherCount])).toEqual([]);
  });

  it('passes over a deploy that failed, the same commit again, and what was told already', () => {
    const failed = sourced('e2', 4, 'bbb', { phase: 'failed' });
    expect(outline(asked([sourced('e1', 5, 'aaa'), failed, sourced('e3', 3, 'ccc')]))).toEqual([
      'edge: acme/edge aaa...ccc, acme/edge aaa...bbb',
    ]);
    expect(asked([sourced('e1', 5, 'aaa'), sourced('e2', 4, 'aaa')])).toEqual([]);
    const told = sourced('bbb', 4, 'bbb', { previousRevision: 'aaa', changeRequest: '#7' });
    expect(asked([told])).toEqual([]);
    const copy = sourced('bbb', 4, 'bbb', { previousRevision: 'aaa' });
    expect(asked([copy, told, copy])).toEqual([]);
    const imageAlone = { changes: [{ path: 'image', before: 'a', after: 'b' }] };
    expect(asked([sourced('e1', 5, 'aaa'), sourced('e2', 4, 'bbb', imageAlone)])).toHaveLength(1);
  });

  it('goes from version to version where the repository of the service is configured', () => {
    const versions = { version: 'v2.15.0', previousVersion: 'v2.14.3' };
    const deploys = [deploy('cluster', '12', NOW_MS - HOUR_MS, versions)];
    const services = [{ name: 'edge', repository: 'acme/edge' }];
    expect(asked(deploys)).toEqual([]);
    expect(outline(asked(deploys, { services }))).toEqual(['edge: acme/edge v2.14.3...v2.15.0']);
    const commit = sourced('bbb', 1, 'bbb', { previousRevision: 'aaa' });
    expect(outline(asked([...deploys, commit], { services }))).toEqual(['edge: acme/edge aaa...bbb']);
  });

  it('is asked once for a deploy that two sources bring', () => {
    const twice = ['one', 'two'].map((id) =>
      sourced(id, 4, 'bbb', { revision: 'bbb', previousRevision: 'aaa' }),
    );
    expect(outline(asked(twice))).toEqual(['edge: acme/edge aaa...bbb']);
  });

  it('is bounded, the newest first, in whatever order they came', () => {
    const many = Array.from({ length: 12 }, (_, n) => sourced(`e${n}`, 20 - n, `r${n}`));
    const expected = ['r10...r11', 'r9...r10', 'r8...r9', 'r7...r8', 'r6...r7'].map(
      (it) => `acme/edge ${it}`,
    );
    expect(outline(asked(many))).toEqual([`edge: ${expected.join(', ')}`]);
    expect(asked(many.toReversed())).toEqual(asked(many));
    expect(asked(many, { limits: 'none' })[0]?.query.between).toHaveLength(11);
  });

  it('is asked of the services that changed where there are no traces', () => {
    const deploys = [
      sourced('e1', 5, 'aaa', { service: 'stock' }),
      sourced('e2', 4, 'bbb', { service: 'stock' }),
    ];
    const queries = plan(ALERT, NOW_MS).secondWave({ deploys }, []);
    expect(queries.filter(({ purpose }) => purpose === 'revision-range')).toHaveLength(1);
  });
});
