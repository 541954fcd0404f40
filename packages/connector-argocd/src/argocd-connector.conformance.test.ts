import { connectorConformance } from '@midwatch/testkit/conformance';
import { createArgoCdConnector } from './index.js';

/** Another value at every revision, so that an answer without it is another answer. */
function manifestAt(url: string): string {
  const data = { REVISION: new URL(url).searchParams.get('revision') };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data });
}

await connectorConformance({
  name: 'argocd',
  skip: {
    'repeated-cursor': 'Argo CD gives an application with its whole history in one answer, without a cursor.',
  },
  create: ({ fetch, baseUrl, token }) => createArgoCdConnector({ fetch, baseUrl, token }),
  backend: ({ count, window, service }) => {
    const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
    const history = Array.from({ length: count }, (_, index) => ({
      id: index,
      revision: index.toString(16).padStart(40, '0'),
      deployedAt: new Date(window.startMs + Math.floor(index * stepMs)).toISOString(),
      initiatedBy: { automated: true },
      source: { repoURL: 'https://github.com/acme/deploy', path: service },
    }));
    const application = {
      metadata: { name: service, namespace: 'argocd' },
      spec: { project: 'default', destination: { namespace: 'shop' }, revisionHistoryLimit: 1000 },
      status: { history },
    };
    return (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith('/api/version')) return Response.json({ Version: 'v3.5.1' });
      if (pathname.endsWith('/session/userinfo')) return Response.json({ loggedIn: true });
      if (pathname.endsWith('/applications')) return Response.json({ items: [application] });
      if (pathname.endsWith('/metadata')) return Response.json({ author: 'dana', message: 'Change it (#7)' });
      if (pathname.endsWith('/manifests')) return Response.json({ manifests: [manifestAt(request.url)] });
      return Response.json({ error: 'not found', code: 5, message: 'not found' }, { status: 404 });
    };
  },
});
