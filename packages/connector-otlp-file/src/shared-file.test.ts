import { ConnectorError } from '@midwatch/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FileContent, Reading } from './file-content.js';
import { createSharedFile } from './shared-file.js';

interface Item {
  readonly timestampMs: number;
}

/** Readings that the test ends by hand. */
function setup() {
  const readings: {
    finish(content: FileContent<Item>, passing?: boolean): void;
    fail(): void;
    partial: FileContent<Item>;
    cancelled: boolean;
  }[] = [];
  const start = (): Reading<Item> => {
    const { promise, resolve, reject } = Promise.withResolvers<{
      content: FileContent<Item>;
      passing: boolean;
    }>();
    const control = {
      finish: (content: FileContent<Item>, passing = false) => resolve({ content, passing }),
      fail: () => reject(new ConnectorError({ code: 'unreachable', connectorId: 'files', message: 'x' })),
      partial: { signals: [], gaps: [] } as FileContent<Item>,
      cancelled: false,
    };
    readings.push(control);
    return {
      done: promise,
      soFar: () => control.partial,
      cancel() {
        control.cancelled = true;
        control.finish(control.partial);
      },
    };
  };
  return { readings, shared: createSharedFile<Item>('files', 'logs.jsonl', start) };
}

const content: FileContent<Item> = { signals: [{ timestampMs: 1 }], gaps: [] };
const call = (overrides: { signal?: AbortSignal; deadlineAtMs?: number } = {}) => ({
  signal: new AbortController().signal,
  deadlineAtMs: Date.now() + 10_000,
  fetch: () => Promise.reject(new TypeError('no network here')),
  ...overrides,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('is read once for queries side by side, and not again for later ones', async () => {
  const { readings, shared } = setup();
  const both = Promise.all([shared.read(call()), shared.read(call())]);
  readings[0]!.finish(content);
  expect(await both).toEqual([content, content]);
  expect(await shared.read(call())).toBe(content);
  expect(readings).toHaveLength(1);
});

it('a failure is not kept', async () => {
  const { readings, shared } = setup();
  const first = shared.read(call());
  readings[0]!.fail();
  await expect(first).rejects.toMatchObject({ code: 'unreachable' });
  const second = shared.read(call());
  readings[1]!.finish(content);
  expect(await second).toBe(content);
});

it('what a failing disk gave is used, and read again next time', async () => {
  const { readings, shared } = setup();
  const first = shared.read(call());
  readings[0]!.finish(content, true);
  expect(await first).toBe(content);
  void shared.read(call());
  expect(readings).toHaveLength(2);
});

describe('a caller that gives up', () => {
  it('is told so, and the others still get their answer', async () => {
    const { readings, shared } = setup();
    const controller = new AbortController();
    const leaving = shared.read(call({ signal: controller.signal }));
    const staying = shared.read(call());
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'aborted' });
    expect(readings[0]!.cancelled).toBe(false);
    readings[0]!.finish(content);
    expect(await staying).toBe(content);
  });

  it('as the last one ends the reading, whose part is not kept', async () => {
    const { readings, shared } = setup();
    const controller = new AbortController();
    const only = shared.read(call({ signal: controller.signal }));
    controller.abort();
    await expect(only).rejects.toMatchObject({ code: 'aborted' });
    expect(readings[0]!.cancelled).toBe(true);
    const next = shared.read(call());
    readings[1]!.finish(content);
    expect(await next).toBe(content);
  });
});

describe('the deadline', () => {
  it('gives what was read until then, with a gap', async () => {
    const { readings, shared } = setup();
    const asked = shared.read(call({ deadlineAtMs: Date.now() + 1000 }));
    readings[0]!.partial = content;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await asked).toEqual({
      signals: content.signals,
      gaps: [{ reason: 'deadline', detail: expect.any(String) }],
    });
  });

  it('is a timeout when nothing was read', async () => {
    const { shared } = setup();
    const asked = shared.read(call({ deadlineAtMs: Date.now() + 1000 }));
    const rejected = expect(asked).rejects.toMatchObject({ code: 'timeout' });
    await vi.advanceTimersByTimeAsync(1000);
    await rejected;
  });
});
