import type { Environment, RateLimitLike } from './environment.js';

const RETRY_AFTER_SECONDS = 10;

/** Answers the request, unless whoever asks has asked too often. Those with a token are counted by it, others by address. */
export async function limitRate(
  request: Request,
  environment: Environment,
  answer: () => Promise<Response>,
): Promise<Response> {
  const address = request.headers.get('cf-connecting-ip') ?? 'somebody';
  const token = request.headers.get('authorization');
  const limit = isSender(request) ? environment.SENDERS_LIMIT : environment.PEOPLE_LIMIT;
  if (!(await passes(limit, token === null ? address : await digest(token)))) return tooMany();
  const response = await answer();
  const isRefused = response.status === 401 || response.status === 403;
  return isRefused && !(await passes(environment.STRANGERS_LIMIT, address)) ? tooMany() : response;
}

function isSender({ method, url }: Request): boolean {
  const { pathname } = new URL(url);
  return pathname.startsWith('/webhooks/') || (method === 'POST' && pathname === '/changes');
}

/** A counter that fails must keep no alert out. */
async function passes(limit: RateLimitLike, key: string): Promise<boolean> {
  try {
    return (await limit.limit({ key })).success;
  } catch {
    return true;
  }
}

async function digest(token: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return Array.from(new Uint8Array(bytes, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function tooMany(): Response {
  const error = {
    code: 'too-many-requests',
    message: 'too many requests; come again later',
    requestId: crypto.randomUUID(),
  };
  return Response.json(
    { error },
    { status: 429, headers: { 'retry-after': String(RETRY_AFTER_SECONDS), 'cache-control': 'no-store' } },
  );
}
