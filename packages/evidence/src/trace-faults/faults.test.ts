import type { TraceFaultFinding } from '@midwatch/core/incident';
import { span, traceSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import {
  type Fleet,
  fleet,
  hex,
  onsetMs,
  ordinary,
  reduced,
  startMs,
  window,
} from '../__fixtures__/small-fleet.js';

function faultsOf(given: Fleet): readonly TraceFaultFinding[] {
  return reduced(given).findings.filter((finding) => finding.kind === 'trace-fault');
}

function firstSuspect(given: Fleet): string | undefined {
  return reduced(given).suspects[0]?.service;
}

describe('the origin of slowness', () => {
  it('is the service whose own time grew, not those that wait for it', () => {
    const slow = fleet({ ...ordinary, storeMs: 400 });
    expect(firstSuspect(slow)).toBe('store');
    const [fault] = faultsOf(slow);
    expect(fault).toMatchObject({ fault: 'slow-self-time', service: 'store', operation: 'read' });
    expect(faultsOf(slow).some(({ service }) => service === 'gate' || service === 'shop')).toBe(false);
    expect(fault?.onsetMs).toBe(onsetMs);
    expect(fault?.window.p50Ms).toBeGreaterThan(390);
    expect(fault?.baseline.p50Ms).toBeLessThan(12);
  });

  it('is the callee when the answer comes late over the network', () => {
    const delayed = fleet({ ...ordinary, toStore: [900, 1000] });
    expect(firstSuspect(delayed)).toBe('store');
    expect(faultsOf(delayed)[0]).toMatchObject({ fault: 'network-wait', service: 'store', callee: 'store' });
  });

  it('is the caller when it waits for a connection before the only callee of its kind begins', () => {
    const pooled = fleet({ ...ordinary, toStore: [900, 1] });
    expect(firstSuspect(pooled)).toBe('shop');
    expect(faultsOf(pooled)[0]).toMatchObject({ fault: 'client-wait', service: 'shop', callee: 'store' });
  });

  it('is the caller when others reach the same callee at once', () => {
    const pooled = fleet({ ...ordinary, toStore: [450, 450] });
    for (const { trace, period } of otherCallers(pooled)) {
      const id = (part: number): string => hex(period * 16 + part, 16).replace(/^0/, 'f');
      pooled.traces.push(
        traceSignal(`f${trace.traceId.slice(1)}`, [
          span(id(1), 'report', 'nightly', trace.timestampMs, 16),
          span(id(2), 'report', 'call store', trace.timestampMs + 1, 12, { parent: id(1) }),
          span(id(3), 'store', 'read', trace.timestampMs + 2, 10, { parent: id(2) }),
        ]),
      );
    }
    expect(firstSuspect(pooled)).toBe('shop');
  });

  it('is the callee when all of its callers wait for it, though only before it begins', () => {
    const delayed = fleet({ ...ordinary, toStore: [900, 1] });
    for (const { trace, period } of otherCallers(delayed)) {
      const id = (part: number): string => hex(period * 16 + part, 16).replace(/^0/, 'f');
      const waitMs = trace.timestampMs < onsetMs ? 2 : 900;
      delayed.traces.push(
        traceSignal(`f${trace.traceId.slice(1)}`, [
          span(id(1), 'report', 'nightly', trace.timestampMs, waitMs + 14),
          span(id(2), 'report', 'call store', trace.timestampMs + 1, waitMs + 11, { parent: id(1) }),
          span(id(3), 'store', 'read', trace.timestampMs + 1 + waitMs, 10, { parent: id(2) }),
        ]),
      );
    }
    expect(firstSuspect(delayed)).toBe('store');
    expect(faultsOf(delayed)[0]).toMatchObject({ fault: 'network-wait', service: 'store' });
  });

  it('is nobody when a few requests are slow as healthy ones sometimes are', () => {
    const calm = fleet();
    expect(reduced(calm).suspects).toEqual([]);
    expect(faultsOf(calm)).toEqual([]);
  });
});

function otherCallers({ traces }: Fleet) {
  return traces.map((trace, period) => ({ trace, period }));
}

describe('failures', () => {
  it('point at the deepest service that failed', () => {
    const failing = fleet({ ...ordinary, failing: 'store' });
    expect(firstSuspect(failing)).toBe('store');
    expect(faultsOf(failing)).toHaveLength(1);
    expect(faultsOf(failing)[0]).toMatchObject({ fault: 'own-error', service: 'store' });
  });

  it('are read from error lines where spans keep no status', () => {
    const lines = { ...ordinary.lines, store: [['error', 'disk image is malformed'] as const] };
    const failing = fleet({ ...ordinary, lines });
    expect(firstSuspect(failing)).toBe('store');
    expect(faultsOf(failing).some(({ fault }) => fault === 'own-error')).toBe(true);
  });

  it('with a text that any service writes in the baseline are noise', () => {
    const known = { ...ordinary.lines, gate: [['error', 'peer closed the connection'] as const] };
    const moved = { ...ordinary.lines, store: [['error', 'peer closed the connection'] as const] };
    const noisy = fleet({ ...ordinary, lines: moved }, { ...ordinary, lines: known });
    expect(faultsOf(noisy)).toEqual([]);
  });

  it('that ended are the recovery of the baseline', () => {
    const lines = { ...ordinary.lines, shop: [['error', 'catalogue is empty'] as const] };
    const recovered = fleet(ordinary, { ...ordinary, callsStore: false, lines });
    expect(reduced(recovered).suspects).toEqual([]);
  });
});

describe('steps', () => {
  it('that stop for good are a fault of the service that took them', () => {
    const lines = { ...ordinary.lines, shop: [['info', 'basket opened'] as const] };
    const silent = fleet({ ...ordinary, lines });
    expect(firstSuspect(silent)).toBe('shop');
    expect(faultsOf(silent)[0]).toMatchObject({ fault: 'missing-step', service: 'shop', onsetMs });
    expect(faultsOf(silent)[0]?.statement).toContain('"price found in catalogue"');
  });

  it('taken twice are missed when they are taken once', () => {
    const twice = {
      ...ordinary.lines,
      shop: [['info', 'price checked'] as const, ['info', 'price checked'] as const],
    };
    const once = { ...ordinary.lines, shop: [['info', 'price checked'] as const] };
    const [fault] = faultsOf(fleet({ ...ordinary, lines: once }, { ...ordinary, lines: twice }));
    expect(fault).toMatchObject({ fault: 'missing-step', service: 'shop' });
    expect(fault?.statement).toContain('2 times');
  });

  it('with equal words at two places in the code are told apart by the place', () => {
    const [first, second] = [
      ['info', 'Pay#10 price checked'] as const,
      ['info', 'Pay#20 price checked'] as const,
    ];
    const before = { ...ordinary.lines, shop: [first, second] };
    const after = { ...ordinary.lines, shop: [first, first] };
    const [fault] = faultsOf(fleet({ ...ordinary, lines: after }, { ...ordinary, lines: before }));
    expect(fault?.statement).toContain('Pay#20');
  });

  it('include the calls of other services', () => {
    const stopped = fleet({ ...ordinary, callsStore: false });
    expect(firstSuspect(stopped)).toBe('shop');
    expect(faultsOf(stopped)[0]).toMatchObject({ fault: 'missing-callee', service: 'shop', callee: 'store' });
  });

  it('that some requests take and others do not are no fault', () => {
    const { traces, logs } = fleet();
    const rare = logs.filter(({ body }, index) => body !== 'price found in catalogue' || index % 3 > 0);
    const fewer = rare.filter(
      ({ body, timestampMs }, index) =>
        body !== 'price found in catalogue' || timestampMs < onsetMs || index % 2 > 0,
    );
    expect(faultsOf({ traces, logs: fewer })).toEqual([]);
  });

  it('are not missed where their lines were not read', () => {
    const { traces, logs } = fleet();
    const cut = logs.filter(({ timestampMs, service }) => timestampMs < onsetMs || service !== 'shop');
    const report = {
      connectorId: 'loki',
      kind: 'logs' as const,
      wave: 1 as const,
      target: 'everything',
      signalCount: cut.length,
      provenance: [{ queryId: 'q-scripted', language: 'logql', text: '{}', window }],
      startedMs: 0,
      durationMs: 1,
    };
    const sources = [
      {
        ...report,
        purpose: 'window' as const,
        state: 'partial' as const,
        window,
        gaps: [{ reason: 'row-limit' as const, window: { startMs: onsetMs, endMs: window.endMs } }],
      },
      {
        ...report,
        purpose: 'baseline' as const,
        state: 'ok' as const,
        window: { ...window, startMs: startMs - 1 },
        gaps: [],
      },
    ];
    const evidence = reduced({ traces, logs: cut, sources });
    expect(evidence.suspects).toEqual([]);
  });
});

describe('odd traces', () => {
  it('on skewed clocks make no service busy', () => {
    const { traces, logs } = fleet();
    const skewed = traces.map((trace) =>
      trace.timestampMs < onsetMs
        ? trace
        : {
            ...trace,
            spans: trace.spans.map((one) =>
              one.service === 'store'
                ? { ...one, startNs: String(BigInt(one.startNs) - 60_000_000_000n) }
                : one,
            ),
          },
    );
    expect(faultsOf({ traces: skewed, logs })).toEqual([]);
  });

  it('with cyclic, missing and repeated parents are read once', () => {
    const at = startMs + 1000;
    const odd = traceSignal(hex(9, 32), [
      span('a1', 'gate', 'in', at, 10, { parent: 'a2' }),
      span('a2', 'gate', 'in', at, 10, { parent: 'a1' }),
      span('a3', 'shop', 'in', at, 5, { parent: 'nowhere' }),
      span('a3', 'shop', 'in', at, 5, { parent: 'a3' }),
      span('a4', 'shop', 'in', at, 5, { parent: 'a4' }),
    ]);
    const evidence = reduced({ traces: [odd, odd] });
    expect(evidence.findings).toEqual([]);
    expect(evidence.read.traces).toBe(2);
  });
});
