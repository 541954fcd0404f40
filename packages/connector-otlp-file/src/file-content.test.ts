import { createLogDecoder } from '@midwatch/core/otlp';
import { describe, expect, it } from 'vitest';
import { readOtlpFile } from './file-content.js';

const line = (body: string, second = 0) =>
  JSON.stringify({
    resourceLogs: [
      {
        scopeLogs: [
          {
            logRecords: [{ timeUnixNano: `${1_724_500_000 + second}000000000`, body: { stringValue: body } }],
          },
        ],
      },
    ],
  });

const streamOf = (...chunks: (Uint8Array | string)[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
      controller.close();
    },
  });

function read(open: () => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>) {
  const decoder = createLogDecoder({ connectorId: 'files', queryId: '' });
  return readOtlpFile({
    ...{ connectorId: 'files', name: 'logs.jsonl', open, key: 'resourceLogs', decoder },
    maxHeldCharacters: 1_000_000,
  });
}

async function contentOf(...chunks: (Uint8Array | string)[]) {
  const { content, passing } = await read(() => streamOf(...chunks)).done;
  return { bodies: content.signals.map(({ body }) => body), gaps: content.gaps, passing };
}

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe('lines', () => {
  it('are read in order of time, blank ones passed over', async () => {
    expect(await contentOf(`${line('b', 2)}\n\n${line('a', 1)}\r\n`)).toEqual({
      bodies: ['a', 'b'],
      gaps: [],
      passing: false,
    });
  });

  it('an empty file holds nothing', async () => {
    expect(await contentOf()).toEqual({ bodies: [], gaps: [], passing: false });
  });

  it.each([
    ['broken', '{"resourceLogs":[{'],
    ['of another kind', '{"resourceSpans":[]}'],
    ['a number', '7'],
    ['null', 'null'],
  ])('one that is %s is a gap with file and line; the others stay', async (_, broken) => {
    const { bodies, gaps } = await contentOf(`${line('a')}\n${broken}\n${line('b')}\n`);
    expect(bodies).toEqual(['a', 'b']);
    expect(gaps).toEqual([
      {
        reason: 'invalid-item',
        missing: { count: 1, exact: false },
        detail: 'logs.jsonl:2: no JSON with `resourceLogs`',
      },
    ]);
  });

  it('many broken ones are one gap', async () => {
    const { gaps } = await contentOf(`${line('a')}\n${'x\n'.repeat(5)}`);
    expect(gaps[0]).toMatchObject({
      missing: { count: 5 },
      detail: expect.stringContaining('logs.jsonl:2, 3, 4 and 2 more lines'),
    });
  });

  it('records that are none are counted', async () => {
    const noTime = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}';
    const { gaps } = await contentOf(`${line('a')}\n${noTime}\n`);
    expect(gaps).toEqual([
      { reason: 'invalid-item', missing: { count: 1, exact: true }, detail: expect.any(String) },
    ]);
  });

  it('a file that holds something else altogether is an error that says so', async () => {
    await expect(contentOf('{\n  "resourceLogs": []\n}\n')).rejects.toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('none of 3 lines'),
    });
  });
});

describe('gzip', () => {
  it('is told by its bytes, even when they come one by one', async () => {
    const bytes = await gzip(`${line('a')}\n`);
    expect((await contentOf(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).bodies).toEqual(['a']);
  });

  it('cut off in the middle is a gap that tells how far it was read', async () => {
    // Random-looking text, so that the compressed data is long enough to hold whole lines before the cut.
    const text = Array.from({ length: 2000 }, (_, index) =>
      line(`${Math.imul(index, 2654435761).toString(36)}`, index),
    ).join('\n');
    const bytes = await gzip(text);
    const { bodies, gaps, passing } = await contentOf(bytes.slice(0, Math.floor(bytes.length / 2)));
    expect(bodies.length).toBeGreaterThan(100);
    expect(bodies.length).toBeLessThan(2000);
    const ending = gaps.find(({ detail }) => detail?.includes('ends in the middle'));
    expect(ending).toMatchObject({
      reason: 'invalid-item',
      detail: expect.stringContaining('lines were read'),
    });
    expect(passing).toBe(false);
  });

  it('of several parts, one after the other, is not taken for its first part alone', async () => {
    const parts = await Promise.all(['a', 'b'].map((body) => gzip(`${line(body)}\n`)));
    const outcome = await contentOf(...parts).then(
      ({ bodies, gaps }) => (bodies.length === 2 ? 'both' : gaps[0]?.detail),
      (error: unknown) => (error as Error).message,
    );
    expect(outcome).toMatch(/^both$|or has several parts of it/);
  });

  it('without a single whole line is an error', async () => {
    const bytes = await gzip(`${line('a')}\n`);
    await expect(contentOf(bytes.slice(0, 12))).rejects.toMatchObject({
      code: 'bad-response',
      message:
        '[files] bad-response: logs.jsonl ends in the middle of its gzip data, or has several parts of it, before its first line',
    });
  });
});

describe('a file that fails', () => {
  it('to open is unreachable, without the reason of the system', async () => {
    const opening = read(() => Promise.reject(new Error('EACCES /etc/secret')));
    await expect(opening.done).rejects.toMatchObject({
      code: 'unreachable',
      message: '[files] unreachable: logs.jsonl cannot be opened',
    });
  });

  it('in the middle keeps what was read, and is not for keeps', async () => {
    let pulls = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new TextEncoder().encode(`${line('a')}\n`));
        else controller.error(new Error('disk'));
      },
    });
    const { content, passing } = await read(() => stream).done;
    expect([content.signals.length, passing]).toEqual([1, true]);
    expect(content.gaps[0]?.detail).toContain('could not be read to its end');
  });
});

it('can be asked for what it has while it reads', async () => {
  let more: (() => void) | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`${line('a')}\n`));
      more = () => controller.close();
    },
  });
  const reading = read(() => stream);
  await expect.poll(() => reading.soFar().signals.length, { interval: 5 }).toBe(1);
  more?.();
  expect((await reading.done).content.signals).toHaveLength(1);
});
