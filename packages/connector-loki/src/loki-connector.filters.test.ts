import { describe, expect, test } from 'vitest';
import { connect, fake, storedLines, window } from './__fixtures__/connect.js';
import { createFakeLoki, type StoredLine } from './__fixtures__/fake-loki.js';

describe('levels', () => {
  const byLabel = (query: string, line: StoredLine) =>
    !query.includes('detected_level') || /warn|error/.test(line.metadata?.['detected_level'] ?? '');

  test('asks by every label that may carry the level', async () => {
    const { ask, queries } = fake(
      storedLines(4, () => ({ metadata: { detected_level: 'warn' } })),
      { matches: byLabel },
    );
    await ask({ minLevel: 'warn' });
    expect(queries()).toMatchInlineSnapshot(`
      [
        "{app="orders"} | detected_level=~"warn|error|critical|fatal" or level=~"(?i)warn|warning|wrn|error|err|severe|fatal|critical|crit|panic|emerg|emergency|alert" or severity=~"(?i)warn|warning|wrn|error|err|severe|fatal|critical|crit|panic|emerg|emergency|alert" or severity_text=~"(?i)warn|warning|wrn|error|err|severe|fatal|critical|crit|panic|emerg|emergency|alert"",
      ]
    `);
  });

  test('nothing at this level on a server that labels levels is an answer: one line of any level tells', async () => {
    const { ask, sent } = fake(storedLines(4), { matches: byLabel });
    expect(await ask({ minLevel: 'warn' })).toMatchObject({ signals: [], gaps: [] });
    expect(sent).toHaveLength(3);
  });

  test('a server without levels is asked by words of the line, and that is a gap', async () => {
    const bodies = [
      '{"level":"info","msg":"error=0"}',
      'Traceback: error',
      'all is well',
      '{"level":"error"}',
    ];
    const lines = storedLines(4, (index) => ({ body: bodies[index]!, metadata: {} }));
    const matches = (query: string, line: StoredLine) =>
      !query.includes('detected_level') && (!query.includes('|~') || /error/i.test(line.body));
    const { ask, queries } = fake(lines, { matches });
    const batch = await ask({ minLevel: 'error' });
    expect(queries().at(-1)).toMatchInlineSnapshot(
      `"{app="orders"} |~ "(?i)\\\\b(?:error|err|severe|fatal|critical|crit|panic|emerg|emergency|alert|exception|traceback|failed|failure)\\\\b""`,
    );
    expect(batch.signals.map((signal) => signal.body)).toEqual(['Traceback: error', '{"level":"error"}']);
    expect(batch.gaps).toMatchObject([{ reason: 'unsupported-filter' }]);
  });

  test('once levels were seen, an empty answer is not doubted', async () => {
    const lines = storedLines(2, (index) => ({
      metadata: { detected_level: index === 0 ? 'error' : 'info' },
    }));
    const { ask, sent } = fake(lines, { matches: byLabel });
    await ask({ minLevel: 'warn' });
    const before = sent.length;
    await ask({ minLevel: 'warn', window: { startMs: window.startMs + 60_000, endMs: window.endMs } });
    expect(sent.length - before).toBe(1);
  });

  test('trace is no filter', async () => {
    const { ask, queries } = fake(storedLines(1));
    await ask({ minLevel: 'trace' });
    expect(queries()).toEqual(['{app="orders"}']);
  });
});

describe('trace ids', () => {
  const id = (index: number) => index.toString(16).padStart(32, 'a');

  test('asks labels and lines, each line comes once and knows its query', async () => {
    const lines = storedLines(3, (index) => ({
      body: `trace_id=${id(index)}`,
      metadata: { trace_id: id(index) },
    }));
    const { ask, queries } = fake(lines);
    const batch = await ask({ traceIds: [id(1).toUpperCase(), id(2), id(2)] });
    expect(queries()).toEqual([
      `{app="orders"} | trace_id=~"${id(1)}|${id(2)}" or traceid=~"${id(1)}|${id(2)}" or traceId=~"${id(1)}|${id(2)}" or traceID=~"${id(1)}|${id(2)}"`,
      `{app="orders"} |~ "${id(1)}|${id(2)}"`,
    ]);
    expect(batch.signals).toHaveLength(3);
    expect(batch.gaps).toEqual([]);
    const known = new Set(batch.provenance.map(({ queryId }) => queryId));
    expect(batch.signals.every((signal) => known.has(signal.queryId))).toBe(true);
  });

  test('many ids go in several queries of bounded length', async () => {
    const { ask, queries } = fake(storedLines(1));
    await ask({ traceIds: Array.from({ length: 130 }, (_, index) => id(index)) });
    expect(queries()).toHaveLength(6);
    expect(Math.max(...queries().map((query) => query!.length))).toBeLessThan(16_000);
  });

  test('an id of 64 bits is sought in its short form too, and no id is no query', async () => {
    const { ask, queries } = fake(storedLines(1));
    const { gaps } = await ask({ traceIds: ['0000000000000000b7ad6b7169203331', 'x" or 1'] });
    expect(queries()[1]).toBe('{app="orders"} |~ "0000000000000000b7ad6b7169203331|b7ad6b7169203331"');
    expect(gaps).toMatchObject([{ reason: 'unsupported-filter', missing: { count: 1, exact: true } }]);
  });

  test('one of the two queries failing is a gap, both are an error', async () => {
    const answer = createFakeLoki(storedLines(2));
    let failing = /\|~/;
    const { ask } = connect((request) =>
      failing.test(new URL(request.url).searchParams.get('query') ?? '')
        ? new Response('queue full', { status: 429 })
        : answer(request),
    );
    const batch = await ask({ traceIds: [id(1)] });
    expect(batch.signals).toHaveLength(2);
    expect(batch.gaps).toMatchObject([{ reason: 'page-failure' }]);
    failing = /app/;
    await expect(ask({ traceIds: [id(1)] })).rejects.toMatchObject({ code: 'rate-limited' });
  });
});
