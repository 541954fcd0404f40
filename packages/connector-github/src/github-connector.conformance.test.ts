import { connectorConformance } from '@midwatch/testkit/conformance';
import { createGitHubConnector } from './index.js';

const DAY_MS = 86_400_000;

await connectorConformance({
  name: 'github',
  create: ({ fetch, baseUrl, token }) =>
    createGitHubConnector({
      fetch,
      baseUrl,
      token,
      repositories: { 'conformance-service': 'acme/conformance-service' },
    }),
  backend: ({ count, window, pageSize = 100 }) => {
    const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
    const at = (index: number) =>
      new Date(
        index < 0 ? window.startMs - DAY_MS : window.startMs + Math.floor(index * stepMs),
      ).toISOString();
    // Newest first, and one of the day before, as in a repository that is deployed now and then.
    const deployments = Array.from({ length: count + 1 }, (_, index) => count - 1 - index).map((index) => ({
      id: 1000 + index,
      sha: (index + 1).toString(16).padStart(40, '0'),
      ref: 'main',
      task: 'deploy',
      environment: 'production',
      description: null,
      creator: { login: 'dana', type: 'User' },
      created_at: at(index),
      production_environment: true,
      transient_environment: false,
    }));
    return (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const [, id] = /\/deployments\/(\d+)\/statuses$/.exec(pathname) ?? [];
      if (id !== undefined) {
        return Response.json([{ state: 'success', created_at: at(Number(id) - 1000) }]);
      }
      if (pathname.endsWith('/deployments')) {
        const page = Number(searchParams.get('page') ?? 1);
        const next = `<https://api.github.com/repositories/1/deployments?page=${page + 1}>; rel="next"`;
        const isLast = page * pageSize >= deployments.length;
        const items = deployments.slice((page - 1) * pageSize, page * pageSize);
        return Response.json(items, isLast ? {} : { headers: { link: next } });
      }
      if (pathname.includes('/compare/')) {
        const commits = [{ sha: pathname.split('...')[1], commit: { message: `Change ${pathname} (#7)` } }];
        return Response.json({ status: 'ahead', total_commits: 1, commits, files: [] });
      }
      if (pathname.endsWith('/pulls')) return Response.json([]);
      if (pathname.endsWith('/commits')) return Response.json([{ sha: 'a'.repeat(40) }]);
      if (pathname.endsWith('/rate_limit'))
        return Response.json({ resources: { core: { limit: 5000, remaining: 4999 } } });
      return Response.json({ message: 'Not Found', status: '404' }, { status: 404 });
    };
  },
});
