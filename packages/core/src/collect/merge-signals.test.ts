import { describe, expect, it } from 'vitest';
import type { DeploySignal, TraceSignal } from '../connector/v1/signal.js';
import { mergeSignals } from './merge-signals.js';

const base = (id: string, timestampMs: number) => ({
  id,
  timestampMs,
  timeUnixNano: `${timestampMs}000000`,
  connectorId: 'c',
  queryId: 'q',
});

function deploySignal(service: string, timestampMs: number, more: Partial<DeploySignal> = {}): DeploySignal {
  const id = `${service}-r2`;
  return {
    kind: 'deploys',
    ...base(id, timestampMs),
    service,
    revision: 'r2',
    changes: [],
    phase: 'succeeded',
    ...more,
  };
}

function traceSignal(id: string, traceId: string, operations: readonly string[]): TraceSignal {
  const spans = operations.map((operation, index) => ({
    spanId: String(index),
    service: 'web',
    operation,
    startNs: '1000000000',
    durationNs: 5,
    attributes: {},
  }));
  return { kind: 'traces', ...base(id, 1000), traceId, complete: true, spans };
}

describe('mergeSignals', () => {
  it('keeps the copy of a deploy that tells more, whichever came first', () => {
    const bare = deploySignal('checkout', 1000);
    const told = deploySignal('checkout', 1000, {
      actor: 'dana',
      changes: [{ path: 'LIMIT', before: '100', after: '10' }],
    });
    expect(mergeSignals([[bare], [told]])).toEqual([told]);
    expect(mergeSignals([[told], [bare]])).toEqual([told]);
  });

  it('keeps the fuller copy of a trace, under the id that was there first', () => {
    const id = 'a'.repeat(32);
    const short = traceSignal('first', id, ['GET /']);
    const long = traceSignal('other', id, ['GET /', 'read']);
    const [merged, ...rest] = mergeSignals([[short], [long]]);
    expect(rest).toEqual([]);
    expect(merged).toMatchObject({ id: short.id, spans: long.spans });
  });

  it('ascends in time over all lists', () => {
    const late = deploySignal('a', 3000);
    const early = deploySignal('b', 1000);
    expect(mergeSignals([[late], [early]])).toEqual([early, late]);
  });
});
