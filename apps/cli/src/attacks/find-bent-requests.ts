import type { SentRequest } from './run-attack.js';

/** Everything that the connectors of this range may ask for. */
const allowed: readonly (readonly [method: string, path: RegExp])[] = [
  [
    'GET',
    /^\/loki\/loki\/api\/v1\/(?:labels|series|query_range|index\/volume(?:_range)?|label\/[\w%.-]+\/values)$/,
  ],
  ['POST', /^\/loki\/loki\/api\/v1\/(?:query_range|series)$/],
  [
    'GET',
    /^\/prometheus\/api\/v1\/(?:alerts|rules|query|query_range|series|labels|metadata|status\/buildinfo)$/,
  ],
  ['POST', /^\/prometheus\/api\/v1\/(?:query|query_range|series|labels)$/],
  ['GET', /^\/argocd\/api\/v1\/applications(?:\/[^/]+\/(?:revisions\/[0-9a-f]{40}\/metadata|manifests))?$/],
  [
    'GET',
    /^\/jaeger\/api\/(?:v3\/(?:services|traces(?:\/[0-9a-f]{1,32})?)|services|traces(?:\/[0-9a-f]{1,32})?)$/,
  ],
  [
    'GET',
    /^\/kubernetes\/(?:api|apis\/[a-z0-9.]+)\/v\d(?:(?:beta|alpha)\d)?\/(?:namespaces\/[^/]+\/)?[a-z]+$/,
  ],
];

const stringLiteral = /"(?:[^"\\]|\\.)*"|`[^`]*`/g;
const regexMatcher = /[=!|]~\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/g;

/** Requests whose path or query does something else than before, because of a name that an attacker chose. */
export function findBentRequests(
  sent: readonly SentRequest[],
  needles: readonly string[],
): readonly string[] {
  return sent.flatMap((request) => [...bentPath(request), ...bentQueries(request, needles)]);
}

function bentPath({ method, url }: SentRequest): readonly string[] {
  const isAllowed = allowed.some(([one, path]) => one === method && path.test(url.pathname));
  const steps = url.pathname.split('/').map((step) => decodeURIComponent(step));
  const leads = steps.some((step) => step === '.' || step === '..' || step.includes('/'));
  return isAllowed && !leads && url.host === 'simulator' && url.hash === ''
    ? []
    : [`request: ${method} ${url.href}`];
}

/** Outside of its quotes a query holds nothing of an attacker's, and what it holds within matches only itself. */
function bentQueries({ body, url }: SentRequest, needles: readonly string[]): readonly string[] {
  const queries = [...new URLSearchParams(body).entries(), ...url.searchParams.entries()]
    .filter(([name]) => name === 'query' || name.startsWith('match'))
    .map(([, text]) => text);
  return queries.flatMap((query) => {
    const frame = query.replaceAll(stringLiteral, '""');
    const loose = Array.from(query.matchAll(regexMatcher), ([, literal = '']) => unquote(literal)).filter(
      matchesTooMuch,
    );
    return [
      ...needles.filter((needle) => frame.includes(needle)).map(() => `query: ${query}`),
      ...loose.map((pattern) => `pattern: ${pattern}`),
      ...(/["`]/.test(frame.replaceAll('""', '')) ? [`open quotes: ${query}`] : []),
    ];
  });
}

function unquote(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal.slice(1, -1);
  }
}

/** A pattern with the attacker's words in it that takes what is not theirs. */
function matchesTooMuch(pattern: string): boolean {
  if (!pattern.includes('evil')) return false;
  try {
    return new RegExp(`^(?:${pattern.replace(/^\(\?i\)/, '')})$`).test('unrelated');
  } catch {
    return true;
  }
}
