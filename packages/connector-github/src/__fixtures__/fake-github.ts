import { createGitHubConnector, type GitHubConnectorOptions } from '../index.js';

/** Shapes as in https://docs.github.com/en/rest and in GitHub's own OpenAPI description; no account was recorded. */

export const window = { startMs: Date.UTC(2026, 7, 24), endMs: Date.UTC(2026, 7, 25) };
export const at = (hour: number) => new Date(window.startMs + hour * 3_600_000).toISOString().replace('.000', '');
export const sha = (letter: string) => letter.repeat(40);

export function deployment(id: number, hour: number, letter: string, more: object = {}) {
  return {
    url: `https://api.github.com/repos/acme/orders/deployments/${id}`,
    id,
    node_id: 'MDEwOkRlcGxveW1lbnQx',
    sha: sha(letter),
    ref: 'main',
    task: 'deploy',
    payload: {},
    original_environment: 'production',
    environment: 'production',
    description: null,
    creator: { login: 'deployer[bot]', id: 1, type: 'Bot' },
    created_at: at(hour),
    updated_at: at(hour),
    transient_environment: false,
    production_environment: true,
    ...more,
  };
}

export const status = (state: string, hour: number) => ({
  id: 1,
  state,
  description: '',
  environment: 'production',
  environment_url: 'https://evil.example/',
  log_url: 'https://evil.example/log',
  created_at: at(hour),
});

export function commit(letter: string, message: string, more: object = {}) {
  return {
    sha: sha(letter),
    commit: {
      message,
      author: { name: 'Dana Doe', email: 'dana@example.com', date: at(3) },
      committer: { name: 'GitHub', date: at(3) },
    },
    author: { login: 'dana', id: 2, type: 'User' },
    ...more,
  };
}

export const pullRequest = (number: number, title: string, more: object = {}) => ({
  number,
  title,
  state: 'closed',
  user: { login: 'dana', type: 'User' },
  html_url: 'https://evil.example/pull',
  merged_at: at(2),
  ...more,
});

export function comparison(
  status: 'ahead' | 'behind' | 'diverged' | 'identical',
  commits: readonly object[],
  files: readonly object[],
  more: object = {},
) {
  const back = status === 'behind' || status === 'diverged';
  return {
    status,
    ahead_by: commits.length,
    behind_by: back ? 1 : 0,
    total_commits: commits.length,
    commits,
    files,
    ...more,
  };
}

export const file = (filename: string, patch: string | undefined, more: object = {}) => ({
  sha: sha('f'),
  filename,
  status: 'modified',
  additions: 1,
  deletions: 1,
  changes: 2,
  ...(patch === undefined ? {} : { patch }),
  ...more,
});

export const poolCut = file('config/orders.env', '@@ -1,3 +1,3 @@\n LOG=info\n-POOL_MAX=100\n+POOL_MAX=10\n TTL=5');

type Answer = object | Response | (() => Response);

/** A server that knows these paths (below `/repos/acme/orders`, with or without their query) and says 404 of all others. */
export function serve(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  const sent: { readonly url: string; readonly headers: Headers }[] = [];
  const fetch = (input: string, init?: RequestInit) => {
    const url = new URL(input);
    const path = decodeURIComponent(url.pathname).replace(/^(?:\/api\/v3)?(?:\/repos\/acme\/orders)?\//, '');
    asked.push(`${path}${decodeURIComponent(url.search)}`);
    sent.push({ url: input, headers: new Headers(init?.headers) });
    const answer = answers[`${path}${decodeURIComponent(url.search)}`] ?? answers[path];
    if (answer === undefined)
      return Promise.resolve(
        Response.json({ message: 'Not Found', documentation_url: '', status: '404' }, { status: 404 }),
      );
    if (typeof answer === 'function') return Promise.resolve(answer());
    return Promise.resolve(answer instanceof Response ? answer.clone() : Response.json(answer));
  };
  const connector = (options: GitHubConnectorOptions = {}) =>
    createGitHubConnector({ token: 't', repositories: { orders: 'acme/orders' }, fetch, ...options });
  return { asked, sent, connector };
}
