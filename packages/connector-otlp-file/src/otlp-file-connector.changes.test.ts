import { describe, expect, it } from 'vitest';
import { ask, json, startMs } from './__fixtures__/files.js';

describe('deploys and incidents', () => {
  const deploys = json([
    {
      timestampMs: startMs + 2000,
      service: 'checkout',
      namespace: 'shop',
      version: 'v2',
      previousVersion: 'v1',
      summary: 'smaller pool',
      actor: 'ada',
      url: 'https://ci.example/1',
      changes: [
        { path: 'POOL', before: '100', after: '10' },
        { path: 'NEW', after: 'x' },
      ],
    },
    { timestampMs: startMs + 1000, service: 'cart', summary: 'flag on' },
    { timestampMs: 'yesterday', service: 'cart' },
    { timestampMs: startMs, service: 'cart', url: 'javascript:alert(1)' },
  ]);

  it('deploys keep what is told, in order of time', async () => {
    const { signals, gaps } = await ask('deploys', { deploys });
    expect(signals.map(({ service, revision }) => [service, revision])).toEqual([
      ['cart', String(startMs + 1000)],
      ['checkout', 'v2'],
    ]);
    expect(signals[1]).toMatchObject({
      previousRevision: 'v1',
      previousVersion: 'v1',
      actor: 'ada',
      summary: 'smaller pool',
      phase: 'succeeded',
      changes: [
        { path: 'POOL', before: '100', after: '10' },
        { path: 'NEW', before: null, after: 'x' },
      ],
    });
    expect(gaps).toEqual([
      {
        reason: 'invalid-item',
        missing: { count: 2, exact: true },
        detail: 'deploys.json: item 3 is not as it should be (at `timestampMs`)',
      },
    ]);
  });

  it('a service without deploys is no unknown service', async () => {
    const { signals, gaps } = await ask(
      'deploys',
      { deploys: json([]) },
      { target: { service: 'checkout' } },
    );
    expect([signals, gaps]).toEqual([[], []]);
  });

  it('what lies between two revisions is not in a file', async () => {
    const between = [{ repository: 'a/b', base: '1', head: '2' }];
    expect(
      (await ask('deploys', { deploys: json([]) }, { between })).gaps.map(({ reason }) => reason),
    ).toEqual(['unsupported-filter']);
  });

  it('incidents without a service may concern any', async () => {
    const incidents = json([
      { timestampMs: startMs, title: 'provider outage', severity: 'major' },
      { timestampMs: startMs, title: 'restarts', reason: 'CrashLoopBackOff', service: 'cart' },
    ]);
    const { signals } = await ask('incidents', { incidents }, { target: { service: 'checkout' } });
    expect(signals).toMatchObject([
      { title: 'provider outage', reason: 'provider outage', state: 'unknown' },
    ]);
  });

  it.each([
    ['not JSON', () => new Blob(['{']).stream()],
    ['no list', json({})],
  ])('%s is an error that names the file', async (_, file) => {
    await expect(ask('deploys', { deploys: file })).rejects.toMatchObject({
      code: 'bad-response',
      message: '[otlp-file] bad-response: deploys.json must be a JSON list',
    });
  });
});
