import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectorError } from '../connector/connector-error.js';
import type { SignalQuery } from '../connector/v1/connector.js';
import { answering, connector, type DoQuery, log, NOW_MS, never } from './__fixtures__/connectors.js';
import { type QuerySignalsOptions, querySignals } from './query-signals.js';

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
afterEach(() => void vi.useRealTimers());

const options: QuerySignalsOptions = { redact: 'none' };
const lines = [log('logs', 'l1', NOW_MS - 60_000), log('logs', 'l2', NOW_MS - 3_600_000)];

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return ConnectorError.is(error) ? error.code : error;
}

describe('querySignals', () => {
  it('asks for the last minutes of one service', async () => {
    const asked: SignalQuery[] = [];
    const doQuery: DoQuery<'logs'> = async (query, call) => {
      asked.push(query);
      return answering<'logs'>(lines)(query, call);
    };
    const logs = connector('logs', { logs: doQuery });
    const batch = await querySignals(
      logs,
      'logs',
      { target: { service: 'api' }, last: '15m', minLevel: 'warn' },
      options,
    );
    expect(asked).toEqual([
      {
        window: { startMs: NOW_MS - 900_000, endMs: NOW_MS },
        target: { service: 'api' },
        limit: 100,
        keep: 'newest',
        minLevel: 'warn',
      },
    ]);
    expect(batch.signals.map(({ id }) => id)).toEqual(['l1']);
    expect(batch.provenance).toHaveLength(1);
  });

  it.each([
    ['30s', 30_000],
    ['2h', 7_200_000],
    ['1.5d', 129_600_000],
  ] as const)('takes %s for %i ms before the given time', async (last, ms) => {
    let window: unknown;
    const doQuery: DoQuery<'logs'> = async (query, call) => {
      window = query.window;
      return answering<'logs'>([])(query, call);
    };
    await querySignals(connector('logs', { logs: doQuery }), 'logs', { last }, { ...options, nowMs: 1e12 });
    expect(window).toEqual({ startMs: 1e12 - ms, endMs: 1e12 });
  });

  it('rejects with the error when it could not look', async () => {
    const doQuery: DoQuery<'logs'> = async () => {
      throw new ConnectorError({
        code: 'auth',
        connectorId: 'logs',
        message: 'HTTP 401 for /x',
        status: 401,
      });
    };
    const outcome = querySignals(connector('logs', { logs: doQuery }), 'logs', { last: '15m' }, options);
    await expect(outcome).rejects.toMatchObject({ code: 'auth', status: 401 });
  });

  it('rejects with config where the connector has no such source', async () => {
    expect(await codeOf(querySignals(connector('logs', {}), 'logs', { last: '15m' }, options))).toBe(
      'config',
    );
  });

  it('ends at its deadline, and on abort at once', async () => {
    const hung = connector('logs', { logs: never });
    const late = codeOf(querySignals(hung, 'logs', { last: '15m' }, { ...options, deadlineMs: 200 }));
    const controller = new AbortController();
    const aborted = codeOf(
      querySignals(hung, 'logs', { last: '15m' }, { ...options, signal: controller.signal }),
    );
    controller.abort();
    expect(await aborted).toBe('aborted');
    await vi.advanceTimersByTimeAsync(200);
    expect(await late).toBe('timeout');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('redacts, and says what was withheld', async () => {
    const logs = connector('logs', { logs: answering<'logs'>(lines) });
    const redact = {
      redact: () => {
        throw new Error();
      },
    };
    const batch = await querySignals(logs, 'logs', { last: '15m' }, { redact });
    expect(batch.signals[0]?.body).toContain('withheld');
    expect(batch.gaps).toMatchObject([{ reason: 'redacted', missing: { count: 1, exact: true } }]);
  });

  it.each(['15 minutes', '', 'm', '-5m'])('takes "%s" for a mistake', async (last) => {
    const logs = connector('logs', { logs: answering<'logs'>([]) });
    await expect(querySignals(logs, 'logs', { last: last as '1m' }, options)).rejects.toThrow(TypeError);
  });

  it('wants a redactor', async () => {
    const logs = connector('logs', { logs: answering<'logs'>([]) });
    const without = {} as QuerySignalsOptions;
    await expect(querySignals(logs, 'logs', { last: '15m' }, without)).rejects.toThrow(TypeError);
  });
});
