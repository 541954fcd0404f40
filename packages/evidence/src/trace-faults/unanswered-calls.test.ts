import type { Span, TraceSignal } from '@midwatch/core';
import { deploySignal, span, traceSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { fleet, hex, minuteMs, onsetMs, reduced, startMs } from '../__fixtures__/small-fleet.js';

type Calls = Readonly<Record<string, readonly string[]>>;

/** Requests of `callers`, each to its callees in turn; those in `broken` ("caller>callee") get no answer since the onset. */
function traces(calls: Calls, broken: readonly string[], given: Partial<Span> = {}): TraceSignal[] {
  const found: TraceSignal[] = [];
  let number = 0;
  for (let at = startMs - 24 * minuteMs; at < startMs + 19 * minuteMs; at += 20_000) {
    if (at >= startMs - 5 * minuteMs && at < startMs) continue;
    for (const [caller, callees] of Object.entries(calls)) {
      const id = (part: number): string => hex(number * 16 + part, 16).replace(/^0/, 'e');
      const lost = (callee: string): boolean => at >= onsetMs && broken.includes(`${caller}>${callee}`);
      const root = id(1);
      const spans = callees.flatMap((callee, index) => {
        const from = at + 2 + index * 20;
        const client = span(id(2 + 2 * index), caller, `call ${callee}`, from, 12, {
          parent: root,
          kind: 'client',
          ...(lost(callee) ? { status: 'error' as const } : {}),
          ...given,
        });
        if (lost(callee)) return [client];
        const server = span(id(3 + 2 * index), callee, 'work', from + 1, 10, {
          parent: id(2 + 2 * index),
          kind: 'server',
        });
        return [client, server];
      });
      const failed = callees.some(lost) ? { status: 'error' as const } : {};
      const entry = span(root, caller, `serve ${caller}`, at, 80, { kind: 'server', ...failed });
      found.push(traceSignal(hex(0xe000000 + number++, 32), [entry, ...spans]));
    }
  }
  return found;
}

function judged(calls: Calls, broken: readonly string[], changed?: string) {
  const given = fleet();
  const deploys =
    changed === undefined ? [] : [deploySignal(changed, 'v2', onsetMs - 30_000, { previousVersion: 'v1' })];
  const evidence = reduced({ ...given, logs: [], traces: traces(calls, broken), deploys });
  return { first: evidence.suspects[0]?.service, ceiling: evidence.ceiling.confidence, evidence };
}

describe('a failed call that left no span in its callee', () => {
  it('is the failure of a callee that none of its callers reaches', () => {
    const { first, evidence } = judged({ web: ['ledger', 'mail'], batch: ['ledger'] }, [
      'web>ledger',
      'batch>ledger',
    ]);
    expect(first).toBe('ledger');
    expect(evidence.findings[0]?.statement ?? '').toContain('ledger');
  });

  it('is the failure of the caller when another one reaches the same callee', () => {
    const { first, ceiling } = judged({ web: ['ledger'], batch: ['ledger'] }, ['web>ledger']);
    expect(first).toBe('web');
    expect(ceiling).not.toBe('HIGH');
  });

  it('is the failure of the caller when it reaches nobody', () => {
    expect(
      judged({ web: ['ledger', 'mail', 'search'] }, ['web>ledger', 'web>mail', 'web>search']).first,
    ).toBe('web');
  });

  it('is rather the failure of the only callee that is lost, and never surely', () => {
    const { first, ceiling } = judged({ web: ['ledger', 'mail'] }, ['web>ledger']);
    expect(first).toBe('ledger');
    expect(ceiling).not.toBe('HIGH');
  });

  it('is the failure of an only caller that was changed just before', () => {
    expect(judged({ web: ['ledger'] }, ['web>ledger']).first).toBe('ledger');
    expect(judged({ web: ['ledger'] }, ['web>ledger'], 'web').first).toBe('web');
  });

  describe('on a way that the baseline does not know', () => {
    /** `web` begins to call something at the onset, and fails; `batch` and `ledger` go on as before. */
    function judgedNew(attributes: Span['attributes']) {
      const given = fleet();
      const calm = traces({ web: ['mail'], batch: ['ledger'] }, []);
      const failing = calm.map((trace): TraceSignal => {
        const [entry] = trace.spans;
        if (entry?.service !== 'web' || trace.timestampMs < onsetMs) return trace;
        const id = entry.spanId.replace(/^e/, 'd');
        const failed = span(id, 'web', 'ask', trace.timestampMs + 40, 12, { kind: 'client', attributes });
        const lost: Span = { ...failed, parentSpanId: entry.spanId, status: 'error' };
        return { ...trace, spans: [{ ...entry, status: 'error' }, ...trace.spans.slice(1), lost] };
      });
      return reduced({ ...given, logs: [], traces: failing });
    }

    it('is weighed against those who reach the service that the span names', () => {
      const { suspects, ceiling } = judgedNew({ 'server.address': 'ledger.shop.svc' });
      expect(suspects[0]?.service).toBe('web');
      expect(ceiling.confidence).not.toBe('HIGH');
    });

    it('is never surely the caller where what it names leaves no spans', () => {
      const { suspects, ceiling } = judgedNew({ 'server.address': 'rows-3.internal' });
      expect(suspects[0]?.service).toBe('web');
      expect(ceiling.confidence).not.toBe('HIGH');
    });

    it('is the failure of the caller where it names nobody', () => {
      expect(judgedNew({}).ceiling.confidence).toBe('HIGH');
    });
  });
});
