import { describe, expect, it } from 'vitest';
import { application, deploys, serve } from './__fixtures__/serve.js';

describe('requests', () => {
  it('neither select fields, which would lose the history, nor ask for a refresh, which makes the server work', async () => {
    const server = serve([application()]);
    await deploys(server, { service: 'checkout' }, { projects: ['prod', 'shared'] });
    expect(server.asked[0]).toBe('/api/v1/applications?projects=prod&projects=shared');
    for (const path of server.asked) expect(path).not.toMatch(/fields=|refresh=/);
  });

  it('name project and namespace of the application, so that a missing one is not taken for a forbidden one', async () => {
    const server = serve([application()]);
    await deploys(server);
    const detailed = server.asked.filter((path) => path.split('?')[0] !== '/api/v1/applications');
    expect(detailed.length).toBeGreaterThan(0);
    for (const path of detailed) expect(path).toMatch(/\?(?:.*&)?project=prod&appNamespace=argocd/);
  });

  it('tell applications of one name in two namespaces apart', async () => {
    const other = application({ metadata: { namespace: 'team-b' } });
    const server = serve([application(), other]);
    const { signals } = await deploys(server);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(4);
    expect(new Set(signals.map(({ rollback }) => rollback?.namespace))).toContain('team-b');
    expect(server.asked.join('\n')).toMatch(
      /appNamespace=argocd[\s\S]*appNamespace=team-b|appNamespace=team-b[\s\S]*appNamespace=argocd/,
    );
  });

  it('go to the one that the map names by its namespace', async () => {
    const other = application({ metadata: { namespace: 'team-b' } });
    const more = { applications: { till: 'team-b/checkout' } };
    const { signals } = await deploys(serve([application(), other]), { service: 'till' }, more);
    expect(new Set(signals.map(({ rollback }) => rollback?.namespace))).toEqual(
      new Set([undefined, 'team-b']),
    );
  });
});

describe('an application that is gone by the time its details are read', () => {
  it.each([
    [403, { error: 'permission denied', code: 7, message: 'permission denied' }],
    [404, { error: 'not found', code: 5, message: 'not found' }],
  ])('is answered with %i, which is no mistake of the token: the deploy stays', async (status, body) => {
    const gone = () => Response.json(body, { status });
    const server = serve([application()], { '/manifests': gone, '/metadata': gone });
    const { signals, gaps } = await deploys(server);
    expect(signals).toHaveLength(2);
    expect(gaps).toMatchObject([
      { reason: 'page-failure', detail: expect.stringContaining('the application is gone by now') },
    ]);
  });

  it('is not what another failure looks like', async () => {
    const { gaps } = await deploys(
      serve([application()], { '/manifests': () => new Response('', { status: 503 }) }),
    );
    expect(gaps).toMatchObject([{ detail: expect.stringMatching(/could not be read: unavailable$/) }]);
  });
});

it('a whole list that is refused is an error: nothing was looked at', async () => {
  const refused = () => Response.json({ error: 'permission denied', code: 7 }, { status: 403 });
  await expect(deploys(serve([], { '/applications': refused }))).rejects.toMatchObject({ code: 'auth' });
});
