import type { Gap } from '@midwatch/core';
import type { QueryPurpose, SourceReport } from '@midwatch/core/incident';
import { logSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { baseline, collectionOf, fleet, minuteMs, onsetMs, window } from '../__fixtures__/small-fleet.js';
import { toLogReading } from './log-reading.js';

function report(purpose: QueryPurpose, queryId: string, given: Partial<SourceReport> = {}): SourceReport {
  const period = purpose === 'baseline' ? baseline : window;
  return {
    connectorId: 'loki',
    kind: 'logs',
    purpose,
    wave: 1,
    state: 'ok',
    window: period,
    target: 'everything',
    signalCount: 10,
    gaps: [],
    provenance: [{ queryId, language: 'logql', text: '{}', window: period }],
    startedMs: 0,
    durationMs: 1,
    ...given,
  };
}

const { traces, logs } = fleet();
const first = traces[40]?.traceId ?? '';
const last = traces[79]?.traceId ?? '';

function readingOf(sources: readonly SourceReport[], queryId = 'q-scripted') {
  return toLogReading(collectionOf({ traces, logs: logs.map((log) => ({ ...log, queryId })), sources }));
}

describe('whether every line of a request was read', () => {
  it('is believed of a collection that does not say what was read', () => {
    expect(readingOf([]).hasAllLines(first)).toBe(true);
  });

  it('holds for the requests whose lines were asked for, up to the gap of that query', () => {
    const gap: Gap = { reason: 'row-limit', window: { startMs: onsetMs, endMs: window.endMs } };
    const reading = readingOf([report('trace-lines', 'q1', { state: 'partial', gaps: [gap] })], 'q1');
    expect(reading.hasAllLines(first)).toBe(true);
    expect(reading.hasAllLines(last)).toBe(false);
    expect(reading.hasAllLines('another')).toBe(false);
  });

  it('does not hold when the lines by request could not be read', () => {
    const failed = report('trace-lines', 'q1', { state: 'failed' });
    expect(
      readingOf([report('window', 'q2'), report('baseline', 'q3'), failed], 'q2').hasAllLines(first),
    ).toBe(false);
  });

  it('needs both periods, of all services, without a gap', () => {
    const whole = [report('window', 'q2'), report('baseline', 'q3')];
    expect(readingOf(whole).hasAllLines(first)).toBe(true);
    expect(readingOf(whole.slice(0, 1)).hasAllLines(first)).toBe(false);
    expect(
      readingOf([report('window', 'q2', { target: 'gate in prod' }), report('baseline', 'q3')]).hasAllLines(
        first,
      ),
    ).toBe(false);
  });
});

describe('coverage', () => {
  it('leaves gaps out, names the service, and knows queries that read warnings only', () => {
    const warning = logSignal('slow', onsetMs, { queryId: 'q2', level: 'warn', service: 'gate' });
    const line = logSignal('fine', onsetMs, { queryId: 'q1', level: 'info', service: 'gate' });
    const gap: Gap = {
      reason: 'row-limit',
      window: { startMs: window.startMs, endMs: window.startMs + minuteMs },
    };
    const { coverage } = toLogReading(
      collectionOf({
        logs: [warning, line],
        sources: [
          report('window', 'q1', { target: 'gate in prod' }),
          report('window', 'q2', { gaps: [gap], state: 'partial' }),
          report('baseline', 'q3', { state: 'failed' }),
          report('window', 'q4', {
            gaps: [{ reason: 'sampled', missing: { count: 30, exact: true } }],
            state: 'partial',
          }),
          report('window', 'q5', { gaps: [{ reason: 'shard-failure' }], state: 'partial' }),
        ],
      }),
    );
    expect(coverage).toEqual([
      { period: 'window', service: 'gate', covered: [window], share: 1 },
      {
        period: 'window',
        minLevel: 'warn',
        covered: [{ ...window, startMs: window.startMs + minuteMs }],
        share: 1,
      },
      { period: 'window', covered: [window], share: 0.25 },
      { period: 'window', covered: [], share: 1 },
    ]);
  });
});
