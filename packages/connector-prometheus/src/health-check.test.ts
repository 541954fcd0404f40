import { describe, expect, test } from 'vitest';
import { connect } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';

describe('health', () => {
  const health = (answers: Readonly<Record<string, string>>) => {
    const { call, connector } = connect(({ path }) => {
      const name = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1];
      return recorded(name ?? 'missing-prefix-404');
    });
    return connector.checkHealth(call);
  };
  const all = { '/query': 'query.scalar', '/alerts': 'alerts', '/buildinfo': 'status-buildinfo.2.42' };

  test('healthy with the version', async () => {
    expect(await health(all)).toMatchObject({ state: 'healthy', version: '2.42.0+ds' });
  });

  test('the version that VictoriaMetrics pretends to is not told', async () => {
    const seen = await health({ ...all, '/buildinfo': 'status-buildinfo.victoriametrics' });
    expect(seen.state).toBe('healthy');
    expect(seen).not.toHaveProperty('version');
  });

  test('a query-only store has no alerts: healthy, and said', async () => {
    const seen = await health({ ...all, '/alerts': 'missing-prefix-404' });
    expect(seen).toMatchObject({ state: 'healthy', detail: 'metrics only: this store keeps no alerts' });
  });

  test('alerts refused: degraded', async () => {
    expect(await health({ ...all, '/alerts': 'no-credentials-401' })).toMatchObject({ state: 'degraded' });
  });

  test('queries refused: unhealthy, with what to check', async () => {
    const seen = await health({ ...all, '/query': 'no-credentials-401' });
    expect(seen).toMatchObject({ state: 'unhealthy', detail: expect.stringContaining('`tenant`') as string });
    expect(await health({ '/buildinfo': 'status-buildinfo' })).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringContaining('path in `baseUrl`') as string,
    });
  });

  test('labels of Prometheus 3 and of VictoriaMetrics: what the store has, else what is usual', async () => {
    const found = await health({ ...all, '/labels': 'labels' });
    expect(found.labels).toEqual([
      { field: 'service', label: 'service', chosenBy: 'discovered' },
      { field: 'namespace', label: 'namespace', chosenBy: 'discovered' },
      { field: 'pod', label: 'pod', chosenBy: 'discovered' },
      { field: 'cluster', label: 'cluster', chosenBy: 'convention' },
      { field: 'environment', label: 'environment', chosenBy: 'convention' },
    ]);
    const victoria = await health({ ...all, '/labels': 'labels.victoriametrics' });
    expect(victoria.labels).toContainEqual({ field: 'cluster', label: 'cluster', chosenBy: 'discovered' });
  });

  test('labels that cannot be listed are no illness; one that is configured is told so', async () => {
    expect((await health(all)).labels?.every(({ chosenBy }) => chosenBy === 'convention')).toBe(true);
    const { call, connector } = connect(
      ({ path }) => recorded(path.endsWith('/labels') ? 'labels' : 'query.scalar'),
      {
        serviceLabel: 'team_service',
      },
    );
    expect((await connector.checkHealth(call)).labels?.[0]).toEqual({
      field: 'service',
      label: 'team_service',
      chosenBy: 'option',
    });
  });

  test('labels are asked for with times, since without them each store means another time', async () => {
    const { call, connector, sent } = connect(() => recorded('labels'));
    await connector.checkHealth(call);
    const { parameters } = sent.find(({ path }) => path.endsWith('/labels'))!;
    expect(Number(parameters.get('end')) - Number(parameters.get('start'))).toBeGreaterThanOrEqual(3600);
  });
});
