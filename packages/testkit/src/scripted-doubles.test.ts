import { describe, expect, it } from 'vitest';
import { createScriptedAnalyzer, createScriptedConnector, logSignal, span, traceSignal } from './index.js';

const window = { startMs: 0, endMs: 60_000 };
const query = { window, target: { service: 'api' }, limit: 10, keep: 'newest' } as const;
const call = () => ({
  signal: new AbortController().signal,
  deadlineAtMs: Date.now() + 1000,
  fetch: () => Promise.reject(),
});

describe('createScriptedConnector', () => {
  it('answers step by step, records the questions, and refuses to go on beyond the script', async () => {
    const connector = createScriptedConnector('logs', {
      logs: [{ signals: [logSignal('hello', 1000)] }, { error: 'rate-limited', retryAfterMs: 20 }],
    });
    const first = await connector.sources.logs?.doQuery(query, call());
    expect(first?.signals.map(({ body }) => body)).toEqual(['hello']);
    expect(first?.provenance).toHaveLength(1);
    expect(() => connector.assertComplete()).toThrow('1 scripted logs steps');
    await expect(connector.sources.logs?.doQuery(query, call())).rejects.toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 20,
    });
    connector.assertComplete();
    await expect(connector.sources.logs?.doQuery(query, call())).rejects.toThrow('beyond its script');
    expect(connector.queries.map(({ kind }) => kind)).toEqual(['logs', 'logs', 'logs']);
  });

  it('has only the sources it was given', () => {
    const connector = createScriptedConnector('metrics', { metrics: [] });
    expect(Object.keys(connector.sources)).toEqual(['metrics']);
  });

  it('ends a slow step when the caller gives up', async () => {
    const connector = createScriptedConnector('slow', { logs: [{ signals: [], afterMs: 60_000 }] });
    const controller = new AbortController();
    const answer = connector.sources.logs?.doQuery(query, { ...call(), signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('createScriptedAnalyzer', () => {
  it('rejects beyond its script and ends a hanging answer at the abort', async () => {
    const analyzer = createScriptedAnalyzer([{ hangs: true }]);
    const controller = new AbortController();
    const input = {} as Parameters<typeof analyzer.analyze>[0];
    const answer = analyzer.analyze(input, { signal: controller.signal, deadlineAtMs: 0 });
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    analyzer.assertComplete();
    await expect(analyzer.analyze(input, { signal: controller.signal, deadlineAtMs: 0 })).rejects.toThrow(
      'beyond its script',
    );
  });
});

describe('traceSignal', () => {
  it('starts with its first span, whatever the order', () => {
    const trace = traceSignal('a'.repeat(32), [
      span('2', 'b', 'op', 1500.25, 5, { parent: '1' }),
      span('1', 'a', 'op', 1500, 10),
    ]);
    expect(trace.timestampMs).toBe(1500);
    expect(trace.spans[0]?.startNs).toBe('1500250000');
  });
});
