import { describe, expect, it } from 'vitest';
import { json, lines, window } from './__fixtures__/files.js';
import { createOtlpFileConnector } from './otlp-file-connector.js';

describe('kinds', () => {
  it('are those that have a file', () => {
    expect(Object.keys(createOtlpFileConnector({ logs: lines(), deploys: json([]) }).sources)).toEqual([
      'logs',
      'deploys',
    ]);
  });

  it('without any file is a mistake', () => {
    expect(() => createOtlpFileConnector({})).toThrow(/name at least one/);
  });

  it('a file is opened when it is asked for, once', async () => {
    let opened = 0;
    const connector = createOtlpFileConnector({
      logs: () => {
        opened++;
        return new Blob([]).stream();
      },
    });
    expect(opened).toBe(0);
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };
    const query = { window, target: {}, limit: 1, keep: 'newest' } as const;
    await Promise.all([
      connector.sources.logs!.doQuery(query, call),
      connector.sources.logs!.doQuery(query, call),
    ]);
    await connector.sources.logs!.doQuery(query, call);
    expect(opened).toBe(1);
  });
});

describe('health', () => {
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };

  it('tells which files do not open', async () => {
    const connector = createOtlpFileConnector({
      logs: lines(),
      traces: () => Promise.reject(new Error('gone')),
    });
    expect(await connector.checkHealth(call)).toEqual({
      state: 'degraded',
      detail: 'cannot be opened: traces.jsonl',
    });
  });

  it('is good when all do', async () => {
    expect(await createOtlpFileConnector({ logs: lines() }).checkHealth(call)).toEqual({ state: 'healthy' });
  });
});
