import type { SignalQueryByKind } from '@midwatch/core';
import { createLogDecoder, type OtlpDecoder } from '@midwatch/core/otlp';
import { describe, expect, it } from 'vitest';
import { type OtlpReading, readOtlpFile } from './file-content.js';
import { createOtlpFileConnector } from './otlp-file-connector.js';

const startMs = Date.UTC(2026, 10, 23, 3, 0);
const minuteMs = 60_000;

/** One export of the Collector: a record every so often, most of a line's weight in their bodies. */
function exportLine(service: string, fromMs: number, count: number, stepMs: number, bodyCharacters: number) {
  const text = 'x'.repeat(bodyCharacters);
  const logRecords = Array.from({ length: count }, (_, index) => ({
    timeUnixNano: `${fromMs + index * stepMs}000000`,
    body: { stringValue: `INFO ${fromMs + index * stepMs} ${text}` },
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return `${JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })}\n`;
}

/** Lines that are made when they are pulled, and counted. */
function generated(lineCount: number, toLine: (index: number) => string, onPull: (index: number) => void) {
  const encoder = new TextEncoder();
  let index = 0;
  let bytes = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      onPull(index);
      if (index === lineCount) {
        controller.close();
        return;
      }
      const chunk = encoder.encode(toLine(index++));
      bytes += chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
  return { stream, pulledBytes: () => bytes };
}

describe('a file of more than 100 MB', () => {
  const maxHeldCharacters = 2_000_000;
  const lineCount = 1700;
  // Each line spans a minute, and the window ten of the 1,700.
  const toLine = (index: number) => exportLine('checkout', startMs + index * minuteMs, 60, 1000, 1000);
  const window = { startMs: startMs + 500 * minuteMs, endMs: startMs + 510 * minuteMs };

  /** Reads it, and looks at what is held whenever more is asked for. */
  async function readWindow(compress: boolean) {
    let reading: OtlpReading<unknown> | undefined;
    let mostHeld = 0;
    let decoded = 0;
    const inner = createLogDecoder({ connectorId: 'files', queryId: '' });
    const decoder: OtlpDecoder<unknown> = {
      add(message) {
        decoded++;
        inner.add(message);
      },
      decoded: inner.decoded,
    };
    const { stream, pulledBytes } = generated(lineCount, toLine, () => {
      mostHeld = Math.max(mostHeld, reading?.heldCharacters() ?? 0);
    });
    const gzip = new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
    reading = readOtlpFile({
      ...{ connectorId: 'files', name: 'logs.jsonl', key: 'resourceLogs', decoder },
      ...{ open: () => (compress ? stream.pipeThrough(gzip) : stream), maxHeldCharacters, window },
    });
    const { content } = await reading.done;
    return { content, mostHeld, decoded, pulledBytes: pulledBytes() };
  }

  it.each([
    ['as it is', false],
    ['as gzip', true],
  ])(
    '%s is read line by line, and no more is kept than its window',
    { timeout: 120_000 },
    async (_, compress) => {
      const { content, mostHeld, decoded, pulledBytes } = await readWindow(compress);
      expect(pulledBytes).toBeGreaterThan(100_000_000);
      expect(content.signals).toHaveLength(600);
      expect(content.gaps).toEqual([]);
      expect([...(content.services ?? [])]).toEqual(['checkout']);
      // Ten lines were kept, and one is in the making: 1 % of the file.
      expect(decoded).toBe(10);
      expect(mostHeld).toBeLessThan(12 * 65_000);
    },
  );
});

describe('a reading asks for more only when it has done with what it has', () => {
  it('however fast the source is', async () => {
    let decoded = 0;
    let mostAhead = 0;
    const decoder: OtlpDecoder<never> = {
      add: () => {
        decoded++;
      },
      decoded: () => ({ signals: [], invalidItems: 0 }),
    };
    const { stream } = generated(
      200,
      () => exportLine('checkout', startMs, 1, 1, 60_000),
      (index) => {
        mostAhead = Math.max(mostAhead, index - decoded);
      },
    );
    const file = { connectorId: 'files', name: 'logs.jsonl', key: 'resourceLogs', decoder } as const;
    await readOtlpFile({ ...file, open: () => stream, maxHeldCharacters: 1e9 }).done;
    expect(decoded).toBe(200);
    // One in each of the two streams on the way, one in the hand.
    expect(mostAhead).toBeLessThanOrEqual(3);
  });
});

describe('a connector over a file that is larger than what it may keep', { timeout: 60_000 }, () => {
  const hours = 24;
  const lines = Array.from({ length: hours * 60 }, (_, index) =>
    exportLine(index % 2 === 0 ? 'checkout' : 'cart', startMs + index * minuteMs, 2, 30_000, 500),
  );
  const atHour = (hour: number) => startMs + hour * 60 * minuteMs;

  function setup(maxHeldBytes: number) {
    let opened = 0;
    const logs = () => {
      opened++;
      return new Blob(lines).stream();
    };
    const connector = createOtlpFileConnector({ logs, maxHeldBytes });
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 50_000, fetch };
    const ask = (query: Partial<SignalQueryByKind['logs']> & { hour: number }) =>
      connector.sources.logs!.doQuery(
        {
          window: { startMs: atHour(query.hour), endMs: atHour(query.hour) + 10 * minuteMs },
          ...{ target: {}, limit: 100, keep: 'newest', ...query },
        },
        call,
      );
    return { ask, opened: () => opened };
  }

  it('answers as one that keeps all of it does', async () => {
    const small = setup(200_000);
    const large = setup(100_000_000);
    for (const hour of [1, 12, 23]) {
      const { signals, gaps } = await small.ask({ hour, target: { service: 'checkout' } });
      expect(signals).toHaveLength(10);
      expect(gaps).toEqual([]);
      expect(signals).toEqual((await large.ask({ hour, target: { service: 'checkout' } })).signals);
    }
    expect(large.opened()).toBe(1);
  });

  it('reads it once for each window, and keeps the last three', async () => {
    const { ask, opened } = setup(200_000);
    await Promise.all([ask({ hour: 1 }), ask({ hour: 1, contains: ['INFO'] }), ask({ hour: 12 })]);
    // Once to find that it is large, then for two windows.
    expect(opened()).toBe(3);
    await ask({ hour: 12 });
    await ask({ hour: 23 });
    await ask({ hour: 1 });
    expect(opened()).toBe(4);
    await ask({ hour: 5 });
    await ask({ hour: 12 });
    expect(opened()).toBe(6);
  });

  it('tells a service that is silent in the window from one that it does not know', async () => {
    const { ask } = setup(200_000);
    const window = { startMs: atHour(1), endMs: atHour(1) + 1 };
    expect((await ask({ hour: 1, window, target: { service: 'cart' } })).gaps).toEqual([]);
    expect((await ask({ hour: 1, window, target: { service: 'chart' } })).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
    const before = { startMs: 1, endMs: 2 };
    expect((await ask({ hour: 1, window: before, target: { service: 'chart' } })).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
  });

  it('a window that alone is more than may be kept is a gap', async () => {
    const { ask } = setup(10_000);
    const { signals, gaps } = await ask({ hour: 1 });
    expect(signals.length).toBeLessThan(20);
    expect(gaps).toMatchObject([
      { reason: 'byte-limit', detail: expect.stringContaining('more of this window than is kept') },
    ]);
  });

  it('a cap that is none is refused', () => {
    expect(() => setup(0)).toThrow(/maxHeldBytes/);
  });
});

it('a file without one good line names the first, however many there are', { timeout: 60_000 }, async () => {
  const decoder = createLogDecoder({ connectorId: 'files', queryId: '' });
  const broken = generated(
    20,
    () => 'x\n'.repeat(1000),
    () => undefined,
  );
  const good = exportLine('checkout', startMs, 1, 1, 1);
  const open = () =>
    new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(good));
        for await (const chunk of broken.stream) controller.enqueue(chunk);
        controller.close();
      },
    });
  const file = { connectorId: 'files', name: 'logs.jsonl', key: 'resourceLogs', decoder } as const;
  const { content } = await readOtlpFile({ ...file, open, maxHeldCharacters: 1e6 }).done;
  expect(content.gaps).toEqual([
    {
      reason: 'invalid-item',
      missing: { count: 20_000, exact: false },
      detail: 'logs.jsonl:2, 3, 4 and 19997 more lines: no JSON with `resourceLogs`',
    },
  ]);
});
