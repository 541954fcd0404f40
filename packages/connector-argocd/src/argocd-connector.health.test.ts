import { describe, expect, it } from 'vitest';
import { application, serve } from './__fixtures__/serve.js';

describe('health', () => {
  const call = () => ({
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 1000,
    fetch: () => Promise.reject(new TypeError('no network here')),
  });
  const version = () => Response.json({ Version: 'v3.5.1' });
  const check = (items: readonly object[], replaced: Record<string, () => Response>) =>
    serve(items, { '/api/version': version, ...replaced })
      .connector()
      .checkHealth(call());

  it('is good when the token sees applications', async () => {
    const userinfo = () => Response.json({ loggedIn: true });
    expect(await check([application()], { '/userinfo': userinfo })).toMatchObject({
      state: 'healthy',
      version: 'v3.5.1',
    });
  });

  it('is degraded when it may see nothing', async () => {
    const userinfo = () => Response.json({ loggedIn: true });
    expect(await check([], { '/userinfo': userinfo })).toMatchObject({
      state: 'degraded',
      version: 'v3.5.1',
    });
  });

  it('is bad without a session, which the version alone would not show', async () => {
    expect(await check([application()], { '/userinfo': () => Response.json({}) })).toMatchObject({
      state: 'unhealthy',
      detail: 'the token is not accepted',
    });
    const noSession = () => Response.json({ error: 'no session information', code: 16 }, { status: 401 });
    expect(await check([], { '/userinfo': noSession })).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringContaining('auth'),
    });
  });
});
