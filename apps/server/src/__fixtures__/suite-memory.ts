import type {
  Analyzer,
  Brief,
  BriefInput,
  Evidence,
  LogPatternFinding,
  Reduce,
  Store,
} from '@midwatch/core/incident';
import { expect, it, vi } from 'vitest';
import { alertOf, analysisOf, openRoom, START_MS } from './incident-room.js';

const DAY_MS = 86_400_000;
const rate = { count: 9, coveredMs: 60_000, ratePerMinute: 9 };

function findingOf(id: string, template: string): LogPatternFinding {
  return {
    ...{ id, kind: 'log-pattern', service: 'checkout', template, example: template, change: 'new' },
    ...{ statement: `"${template}" 9 times, never before`, strength: 0.9, window: rate, traceIds: [] },
    ...{ baseline: { ...rate, count: 0, ratePerMinute: 0 }, signalIds: [], signalCount: 9, queryIds: [] },
  };
}

const templates = ['pool exhausted: no connection to db-proxy', 'retry budget spent on orders', 'request shed'];

/** Three findings that recur, whatever was read; the evidence allows no more than MEDIUM. */
export const recurringEvidence: Reduce = ({ baseline, baselineName, window }) => ({
  ...{ window, baseline, baselineName, callGraph: [] },
  findings: templates.map((template, at) => findingOf(`L${at + 1}`, template)),
  suspects: [{ service: 'checkout', score: 5, findingIds: ['L1', 'L2', 'L3'], victims: [], reason: '3 findings' }],
  ceiling: { confidence: 'MEDIUM', reasons: ['one kind of signal'] },
  read: { logs: 9, metrics: 0, traces: 0, deploys: 0, incidents: 0 },
});

/** Believes everything, at HIGH, and cites what it was told of the past. */
const believer: Analyzer = {
  name: 'believer',
  analyze: async ({ dossier }) => ({
    ...analysisOf('checkout has an exhausted pool', { verdict: 'cause-found', confidence: 'HIGH' }),
    hypotheses: ['L1', 'S1', 'inc-1', dossier.text.match(/import-\S+/)?.[0] ?? 'import-1'].map((id) => ({
      ...{ statement: 'checkout has an exhausted pool', service: 'checkout', disprovedBy: '', evidence: [id] },
    })),
  }),
};

async function openDays(store: Store, options: Parameters<typeof openRoom>[1] = {}) {
  const briefs: BriefInput[] = [];
  const room = openRoom(store, { reduce: recurringEvidence, onBrief: (input) => briefs.push(input), ...options });
  let day = 0;
  /** A new incident like the last one, a day later. */
  const burn = async () => {
    if (day > 0) room.wait(DAY_MS);
    day += 1;
    const startsAtMs = START_MS + (day - 1) * DAY_MS - 120_000;
    const { incidentId } = await room.responder.receive(alertOf({ fingerprint: `day-${day}`, startsAtMs }));
    await room.workAll();
    const incident = await store.getIncident(incidentId);
    return { incidentId, brief: incident?.brief as Brief, input: briefs.at(-1) as BriefInput };
  };
  const settle = (incidentId: string, judgement: 'right' | 'wrong' | 'unknown', service?: string, cause?: string) =>
    room.responder.act({
      ...{ incidentId, by: 'ann', via: 'api' },
      action: { kind: 'settle', judgement, ...(service && { service }), ...(cause && { cause }) },
    });
  return { burn, room, settle };
}

export function memoryTests(open: () => Promise<Store>): void {
  it('shows the cause of a settled incident in the next one like it, and of none that is not settled', async () => {
    const store = await open();
    const analyze = vi.fn(believer.analyze);
    const { burn, settle } = await openDays(store, { analyzer: { ...believer, analyze } });
    const first = await burn();
    expect(first.brief).not.toHaveProperty('seenBefore');
    const unsettled = await burn();
    expect(unsettled.brief).not.toHaveProperty('seenBefore');
    await settle(first.incidentId, 'wrong', 'db-proxy', 'pool limit lowered, password=hunter2hunter2');
    const third = await burn();
    expect(third.brief.seenBefore).toMatch(
      /^2026-11-01, then it was db-proxy: pool limit lowered, password=.*; check again \(100 % alike by signatures\)$/,
    );
    const { text, citableIds } = analyze.mock.calls.at(-1)![0].dossier;
    expect(text).toContain('Seen before: cause then, check again\n- 2026-11-01, alert of checkout');
    expect(text).toContain('it is no evidence now, cannot be cited and raises no confidence');
    expect(JSON.stringify([third.brief, text])).not.toContain('hunter2hunter2');
    expect(citableIds).toEqual(['L1', 'L2', 'L3']);
  });

  it('raises no confidence and cannot be cited, whoever believes in it', async () => {
    const store = await open();
    const { burn, settle } = await openDays(store, { analyzer: believer });
    const first = await burn();
    await settle(first.incidentId, 'right', 'checkout', 'pool exhausted');
    const second = await burn();
    expect(second.brief.seenBefore).toContain('checkout: pool exhausted');
    for (const { brief, input } of [first, second]) {
      expect([brief.verdict, brief.confidence]).toEqual(['cause-found', 'MEDIUM']);
      expect(input.analysis.hypotheses.flatMap(({ evidence }) => evidence)).toEqual(['L1']);
      expect(input.analysis.admission).toMatchObject({ droppedIds: 3, confidenceLoweredFrom: 'HIGH' });
    }
    const evidenceOf = ({ findings, suspects, ceiling }: Evidence) => [findings, suspects, ceiling];
    expect(evidenceOf(second.input.evidence)).toEqual(evidenceOf(first.input.evidence));
  });

  it('counts against a memory that the cause was another, until it is shown no more', async () => {
    const store = await open();
    const { burn, settle } = await openDays(store);
    const first = await burn();
    await settle(first.incidentId, 'wrong', 'db-proxy', 'pool limit lowered');
    const likeness: (string | undefined)[] = [];
    for (let time = 1; time <= 6; time++) {
      const { brief, incidentId } = await burn();
      likeness.push(brief.seenBefore?.match(/\d+ % alike by signatures(, misled \d+ times? since)?/)?.[0]);
      // Its own cause is not kept, so that only the first incident is remembered.
      const [memory] = await store.memories.listShown(incidentId);
      if (memory === undefined) break;
      await settle(incidentId, 'wrong', 'mail', `certificate ${time} ran out`);
      await store.apply({ incidentId, nowMs: START_MS, effects: { memory: 'none' } });
    }
    expect(likeness.slice(0, 3)).toEqual([
      '100 % alike by signatures',
      '67 % alike by signatures, misled 1 time since',
      '50 % alike by signatures, misled 2 times since',
    ]);
    expect(likeness.at(-1)).toBeUndefined();
  });

  it('takes back what it learned when an incident is settled anew', async () => {
    const store = await open();
    const { burn, settle } = await openDays(store);
    const first = await burn();
    await settle(first.incidentId, 'wrong', 'db-proxy', 'pool limit lowered');
    const second = await burn();
    const tally = async () => {
      const [memory] = await store.memories.listShown(second.incidentId);
      return memory && [memory.helped, memory.misled];
    };
    await settle(second.incidentId, 'wrong', 'mail', 'certificate ran out');
    expect(await tally()).toEqual([0, 1]);
    await settle(second.incidentId, 'wrong', 'db-proxy', 'the pool was too small');
    expect(await tally()).toEqual([1, 0]);
    await settle(second.incidentId, 'unknown');
    expect(await tally()).toEqual([0, 0]);
    await settle(first.incidentId, 'unknown');
    expect((await burn()).brief).not.toHaveProperty('seenBefore');
  });

  it('goes on without memory where the store cannot search', async () => {
    const store = await open();
    const search = () => Promise.reject(new Error('the index is broken'));
    const { burn } = await openDays({ ...store, memories: { ...store.memories, search } });
    expect((await burn()).brief).toMatchObject({ service: 'checkout' });
  });
}
