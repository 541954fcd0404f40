import type { AnalysisUsage, Analyzer, BriefInput, Store } from '@midwatch/core/incident';
import type { ActRequest, PersonAction } from '@midwatch/responder';
import { expect, it } from 'vitest';
import {
  alertOf,
  analysisOf,
  createChannel,
  type IncidentRoom,
  linesOf,
  logSource,
  openRoom,
  START_MS,
} from './incident-room.js';

const MINUTE_MS = 60_000;
const resolved = () => alertOf({ status: 'resolved', endsAtMs: alertOf().startsAtMs + 150_000 });

function usageOf(model: string): AnalysisUsage {
  const tokens = { inputTokens: 6_000, cacheWriteTokens: 0, cacheReadTokens: 0 };
  return { model, ...tokens, outputTokens: 900, thinkingTokens: 0, costUsd: 0.01 };
}

/** A model that says this, or fails; it counts how often it was asked. */
function modelOf(model: string, summary: string | Error) {
  const analyzer = {
    ...{ name: 'claude', model, promptVersion: 'p1', asked: 0 },
    async analyze() {
      analyzer.asked += 1;
      if (summary instanceof Error) throw Object.assign(summary, { usage: usageOf(model) });
      return { ...analysisOf(summary), usage: usageOf(model) };
    },
  } satisfies Analyzer & { asked: number };
  return analyzer;
}

async function openIncident(store: Store, options: Parameters<typeof openRoom>[1] = {}) {
  const channel = createChannel();
  const briefs: BriefInput[] = [];
  const room = openRoom(store, {
    notifiers: [channel.notifier],
    onBrief: (input) => briefs.push(input),
    ...options,
  });
  const { incidentId } = await room.responder.receive(alertOf());
  await room.workAll();
  const act = async (action: PersonAction, more: Partial<ActRequest> = {}) => {
    const answer = await room.responder.act({ incidentId, action, by: 'ann', via: 'slack', ...more });
    await room.workAll();
    return answer;
  };
  return { ...channel, act, briefs, incidentId, room };
}

const actionsOf = async ({ store }: IncidentRoom, incidentId: string) =>
  (await store.getIncident(incidentId))?.timeline.map(({ action, actor }) => `${actor} ${action}`);

export function peopleTests(open: () => Promise<Store>): void {
  it('shows who is on it, in the same message; somebody else takes it; it is given back', async () => {
    const { act, briefs, incidentId, room, sent } = await openIncident(await open());
    expect(await act({ kind: 'take' })).toEqual({ outcome: 'done' });
    expect(briefs.at(-1)?.people).toEqual({ owner: { by: 'ann', atMs: START_MS } });
    expect(sent.at(-1)).toMatchObject({ previous: { messageId: 'm1' } });
    expect(await act({ kind: 'take' })).toEqual({ outcome: 'repeated' });
    expect(await act({ kind: 'take' }, { by: 'bob' })).toEqual({ outcome: 'done' });
    expect(await room.store.getIncident(incidentId)).toMatchObject({ owner: { by: 'bob' } });
    expect(await act({ kind: 'release' })).toEqual({ outcome: 'done' });
    expect(briefs.at(-1)).not.toHaveProperty('people');
    expect(await act({ kind: 'release' })).toEqual({ outcome: 'refused', reason: 'no-owner' });
    expect(await actionsOf(room, incidentId)).toEqual(
      expect.arrayContaining(['ann taken', 'bob taken', 'ann released']),
    );
    expect(sent).toHaveLength(4);
  });

  it('does what is sent twice one time, also where the first made the second impossible', async () => {
    const { act, incidentId, room, sent } = await openIncident(await open());
    const settle = { kind: 'settle', judgement: 'right' } as const;
    const click = (action: PersonAction, actionId: string) => act(action, { actionId });
    expect(await click({ kind: 'take' }, '1')).toEqual({ outcome: 'done' });
    for (const [action, id] of [
      [{ kind: 'release' }, '2'],
      [settle, '3'],
      [{ kind: 'rate', score: 4 }, '4'],
      [{ kind: 'silence', minutes: 5 }, '5'],
      [{ kind: 'unsilence' }, '6'],
      [{ kind: 'look-again' }, '7'],
    ] as const) {
      expect([id, await click(action, id)]).toEqual([id, { outcome: 'done' }]);
      expect([id, await click(action, id)]).toEqual([id, { outcome: 'repeated' }]);
    }
    const both = await Promise.all([click(settle, '8'), click(settle, '8')]);
    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'repeated']);
    const { outcomes, ratings } = await room.store.ledger.history(incidentId);
    expect([outcomes.length, ratings.length]).toEqual([2, 1]);
    expect(sent.every(({ previous }, index) => (previous === undefined) === (index === 0))).toBe(true);
  });

  it('settles with the true cause, redacted, and keeps what was said before', async () => {
    const { act, briefs, incidentId, room } = await openIncident(await open());
    await room.responder.receive(resolved());
    await act({
      ...{ kind: 'settle', judgement: 'wrong', service: 'ledger' },
      cause: 'a full disk; password=hunter2hunter2',
    });
    room.wait(1_000);
    await act({ kind: 'settle', judgement: 'partly' }, { by: 'bob', via: 'page' });
    await act({ kind: 'rate', score: 2 });
    const kept = await room.store.getIncident(incidentId);
    const outcome = { judgement: 'partly', by: 'bob', via: 'page', atMs: START_MS + 1_000 };
    expect(kept?.outcome).toEqual(outcome);
    expect(briefs.at(-1)?.people).toEqual({ outcome });
    const { outcomes, ratings } = await room.store.ledger.history(incidentId);
    expect(outcomes).toMatchObject([
      { judgement: 'wrong', service: 'ledger', cause: expect.stringContaining('a full disk'), by: 'ann' },
      outcome,
    ]);
    expect(ratings).toEqual([{ score: 2, by: 'ann', atMs: START_MS + 1_000 }]);
    expect(JSON.stringify([kept, outcomes])).not.toContain('hunter2');
    // Audit entries outlive the incident.
    expect(JSON.stringify(kept?.timeline)).not.toContain('a full disk');
  });

  it('posts nothing new while it is silenced, edits what stands, and tells the resolve', async () => {
    const other = createChannel('hook', false);
    const { act, briefs, notifier, room, sent } = await openIncident(await open(), {
      notifiers: [other.notifier],
    });
    expect(notifier.id).toBe('chat');
    expect(other.sent).toHaveLength(1);
    expect(await act({ kind: 'silence', minutes: 30 })).toEqual({ outcome: 'done' });
    expect(briefs.at(-1)?.people).toEqual({ silencedUntilMs: START_MS + 30 * MINUTE_MS });
    await room.responder.receive(resolved());
    await room.workAll();
    expect(other.sent.map(({ brief }) => brief.status)).toEqual(['firing', 'resolved']);
    room.wait(6 * MINUTE_MS);
    await room.responder.receive(alertOf({ startsAtMs: START_MS }));
    await room.workAll();
    // It fires again: recorded, and told when the silence is over.
    expect(other.sent).toHaveLength(2);
    room.wait(25 * MINUTE_MS);
    await room.workAll();
    expect(other.sent.map(({ brief }) => brief.status)).toEqual(['firing', 'resolved', 'firing']);
    expect(briefs.at(-1)).not.toHaveProperty('people');
    expect(sent).toHaveLength(0);
  });

  it('asks no model again while it is silenced, unless a person asks for a look', async () => {
    let service = 'checkout';
    const source = logSource('lines', async () => linesOf(service, 3));
    const analyzer = modelOf('small-1', 'the model says');
    const { act, incidentId, room, sent } = await openIncident(await open(), {
      ...{ analyzer, connectors: [source] },
    });
    await act({ kind: 'silence', minutes: 60 });
    expect(analyzer.asked).toBe(1);
    service = 'payments';
    room.wait(5 * MINUTE_MS);
    await room.workAll();
    expect(await room.store.steps.get(incidentId, 'analyze-2')).toMatchObject({ state: 'done' });
    expect(analyzer.asked).toBe(1);
    expect(sent.at(-1)?.brief.footer.notes.join()).toContain('while the incident is silenced');
    expect(await act({ kind: 'look-again' })).toEqual({ outcome: 'done' });
    expect(analyzer.asked).toBe(2);
    expect(sent.at(-1)?.brief.cause).toBe('the model says');
    expect(sent.every(({ previous }, index) => (previous === undefined) === (index === 0))).toBe(true);
    const { analyses } = await room.store.ledger.history(incidentId);
    expect(analyses.map(({ analyzer: { name }, look, state }) => `${look} ${name} ${state}`)).toEqual([
      ...['1 evidence admitted', '1 claude admitted', '2 evidence admitted', '2 claude not-asked'],
      ...['3 evidence admitted', '3 claude admitted'],
    ]);
  });

  it('looks again at once, in spite of the cooldown, eight times in all and while it fires', async () => {
    const { act, incidentId, room } = await openIncident(await open());
    const look = { kind: 'look-again' } as const;
    const first = room.responder.act({ incidentId, action: look, by: 'ann', via: 'page' });
    expect(await first).toEqual({ outcome: 'done' });
    const second = room.responder.act({ incidentId, action: look, by: 'ann', via: 'page' });
    expect(await second).toEqual({ outcome: 'refused', reason: 'is-looked-at' });
    await room.workAll();
    for (let number = 3; number <= 8; number++) expect(await act(look)).toEqual({ outcome: 'done' });
    expect(await act(look)).toEqual({ outcome: 'refused', reason: 'too-many-looks' });
    await room.responder.receive(resolved());
    expect(await act(look)).toEqual({ outcome: 'refused', reason: 'resolved' });
    const silence = { kind: 'silence', minutes: 5 } as const;
    expect(await act(silence)).toEqual({ outcome: 'refused', reason: 'resolved' });
    expect(await act({ kind: 'unsilence' })).toEqual({ outcome: 'refused', reason: 'not-silent' });
    expect(await act(look, { incidentId: 'nobody' })).toEqual({
      ...{ outcome: 'refused', reason: 'unknown-incident' },
    });
  });

  it('refuses what is no action before anything is written', async () => {
    const { act, incidentId, room } = await openIncident(await open());
    const wrong: [PersonAction, string][] = [
      [{ kind: 'rate', score: 6 as 5 }, 'action.score'],
      [{ kind: 'silence', minutes: 0.5 }, 'action.minutes'],
      [{ kind: 'settle', judgement: 'right', cause: 'x'.repeat(2_001) }, 'action.cause'],
    ];
    for (const [action, place] of wrong) await expect(act(action)).rejects.toThrow(place);
    await expect(act({ kind: 'take' }, { by: ' ' })).rejects.toThrow('`by`');
    await expect(act({ kind: 'take' }, { actionId: '' })).rejects.toThrow('`actionId`');
    // Only from inside can an action have settled it.
    await expect(act({ kind: 'settle', judgement: 'right' }, { via: 'action' as 'api' })).rejects.toThrow('`via`');
    expect((await room.store.ledger.history(incidentId)).ratings).toEqual([]);
  });

  it('records every analysis with the step that made it: replaced, failed and refused ones too', async () => {
    const small = modelOf('small-1', 'unsure');
    const larger = modelOf('large-1', new Error('scripted'));
    const { incidentId, room } = await openIncident(await open(), { analyzer: small, largerAnalyzer: larger });
    expect(larger.asked).toBe(1);
    const { analyses } = await room.store.ledger.history(incidentId);
    const common = {
      ...{ incidentId, look: 1, atMs: START_MS, service: 'checkout', isShadow: false },
      ...{ sourceSet: 'logs:lines', bundleKey: `${incidentId}/collect-1` },
    };
    expect(analyses).toMatchObject([
      {
        ...{ ...common, number: 1, state: 'admitted', wasShown: true, analyzer: { name: 'evidence' } },
        ...{ verdict: 'insufficient-evidence', confidence: 'LOW', services: ['checkout'] },
        timings: { collectMs: expect.any(Number), reduceMs: expect.any(Number), briefMs: 0 },
      },
      {
        ...{ ...common, number: 2, state: 'admitted', wasShown: true, usage: usageOf('small-1') },
        analyzer: { name: 'claude', model: 'small-1', promptVersion: 'p1' },
      },
      {
        ...{ ...common, number: 3, state: 'failed', wasShown: false, usage: usageOf('large-1') },
        ...{ reason: 'large-1 failed', services: [], escalation: { outcome: 'failed' } },
      },
    ]);
    expect(analyses[0]).not.toHaveProperty('usage');
    expect(analyses[1]).not.toHaveProperty('escalation');
    expect(analyses[1]?.timings.analyzeMs).toEqual(expect.any(Number));
  });

  it('records a look that nobody was told of', async () => {
    const { incidentId, room } = await openIncident(await open());
    room.wait(5 * MINUTE_MS);
    await room.workAll();
    const { analyses } = await room.store.ledger.history(incidentId);
    expect(analyses.map(({ look, wasShown }) => [look, wasShown])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(analyses[1]).not.toHaveProperty('bundleKey');
  });
}
