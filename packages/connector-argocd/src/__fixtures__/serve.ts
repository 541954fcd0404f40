import { querySignals, type Target } from '@midwatch/core';
import { createArgoCdConnector } from '../index.js';

/** Shapes as in the API's own definition (assets/swagger.json of v3.5.1); Argo CD cannot be run here. */

export const window = { startMs: Date.UTC(2026, 7, 24), endMs: Date.UTC(2026, 7, 25) };
export const at = (hour: number) => new Date(window.startMs + hour * 3_600_000).toISOString().replace('.000', '');
export const source = { repoURL: 'https://github.com/acme/deploy', path: 'checkout', targetRevision: 'main' };

/** `checkout`, deployed twice: as `v1` long ago and as `v2` within the window. */
export function application(
  given: { readonly spec?: object; readonly status?: object; readonly metadata?: object } = {},
) {
  return {
    metadata: { name: 'checkout', namespace: 'argocd', ...given.metadata },
    spec: { project: 'prod', destination: { namespace: 'shop' }, ...given.spec },
    status: {
      history: [
        { id: 0, revision: 'aaaaaaa1', deployedAt: at(2), initiatedBy: { username: 'sam' }, source },
        { id: 1, revision: 'bbbbbbb2', deployedAt: at(21), initiatedBy: { automated: true }, source },
      ],
      ...given.status,
    },
  };
}

const manifest = (image: string, limit: string) =>
  JSON.stringify({
    kind: 'Deployment',
    metadata: { name: 'checkout' },
    spec: {
      template: { spec: { containers: [{ name: 'app', image, env: [{ name: 'LIMIT', value: limit }] }] } },
    },
  });

/** A server with these applications; answers of single paths can be replaced. */
export function serve(items: readonly object[], replaced: Record<string, () => Response> = {}) {
  const asked: string[] = [];
  const fetch = (input: string) => {
    const url = new URL(input);
    const path = url.pathname.replace('/argo', '');
    asked.push(`${path}${url.search}`);
    const answer = Object.entries(replaced).find(([part]) => path.endsWith(part))?.[1];
    if (answer !== undefined) return Promise.resolve(answer());
    if (path.endsWith('/metadata'))
      return Promise.resolve(
        Response.json({ author: 'Dana <dana@example.com>', message: 'Cut the limit (#12)\n\nlong' }),
      );
    if (path.endsWith('/manifests')) {
      const older = url.searchParams.get('revision') === 'aaaaaaa1';
      return Promise.resolve(
        Response.json({ manifests: [manifest(older ? 'acme/app:v1' : 'acme/app:v2', older ? '100' : '10')] }),
      );
    }
    return Promise.resolve(Response.json({ items }));
  };
  return {
    asked,
    connector: (more: object = {}) =>
      createArgoCdConnector({ baseUrl: 'https://host.example/argo', token: 't', fetch, ...more }),
  };
}

/** The deploys of the window, asked for as core asks. */
export async function deploys(
  server: ReturnType<typeof serve>,
  target: Target = { service: 'checkout' },
  more: object = {},
) {
  return querySignals(server.connector(more), 'deploys', { window, target }, { redact: 'none' });
}

