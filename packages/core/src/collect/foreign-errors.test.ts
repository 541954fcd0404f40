import { describe, expect, it } from 'vitest';
import { connector, log, NOW_MS } from './__fixtures__/connectors.js';
import { querySignals } from './query-signals.js';

const SECRET = 'sk-live-51Hx';

/** What is said of a connector of which this is the answer. */
async function messageOf(answer: () => unknown): Promise<string> {
  const logs = connector('logs', { logs: async () => answer() as never });
  const request = { last: '15m', target: { service: 'api' } } as const;
  const error: unknown = await querySignals(logs, 'logs', request, { redact: 'none', nowMs: NOW_MS }).catch(
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : 'it did not reject';
}

const batch = (signal: unknown) => ({ signals: [signal], gaps: [], provenance: [] });
const line = log('logs', 'l1', NOW_MS - 60_000);

describe('a mistake in a connector', () => {
  it('is told by its class and its place, without its message', async () => {
    const told = await messageOf(() => {
      throw new TypeError(`no field in ${SECRET}`);
    });
    expect(told).toMatch(
      /the connector threw a TypeError that is no ConnectorError, at foreign-errors\.test\.ts:\d+:\d+$/,
    );
  });

  it.each([
    ['a message with lines like a place', () => new Error(`x\n    at ${SECRET}.ts:1:2`)],
    ['a name of its own', () => Object.assign(new Error('x'), { name: SECRET })],
    ['a stack of its own', () => Object.assign(new Error('x'), { stack: `at ${SECRET}.ts:1:2` })],
  ])('shows nothing of %s', async (_, make) => {
    const told = await messageOf(() => {
      throw make();
    });
    expect(told).toContain('that is no ConnectorError');
    expect(told).not.toContain(SECRET);
  });

  it.each<[string, unknown, string]>([
    ['no object', undefined, 'it is no object'],
    ['no signals', { gaps: [], provenance: [] }, '`signals` is no list'],
    ['no gaps', { signals: [], provenance: [] }, '`gaps` is no list'],
    ['no provenance', { signals: [], gaps: [] }, '`provenance` is no list'],
  ])('is told where the answer is no batch: %s', async (_, answer, why) => {
    expect(await messageOf(() => answer)).toContain(`the connector returned no batch: ${why}`);
  });

  it.each<[string, unknown, string]>([
    ['a field of the wrong type', { ...line, body: 5 }, 'at body: invalid_type'],
    ['another connector', { ...line, connectorId: 'other' }, '`connectorId` is another one'],
    ['no signal at all', 'text', 'at the top: invalid_type'],
    ['a key that is data', { ...line, attributes: { [SECRET]: {} } }, 'at attributes.*: invalid_union'],
  ])('is told with the place in the schema: %s', async (_, signal, why) => {
    const logs = connector('logs', { logs: async () => batch(signal) as never });
    const { gaps } = await querySignals(logs, 'logs', { last: '15m' }, { redact: 'none', nowMs: NOW_MS });
    expect(gaps).toMatchObject([
      { reason: 'invalid-item', detail: `not what the schema of this kind says (${why})` },
    ]);
  });
});
