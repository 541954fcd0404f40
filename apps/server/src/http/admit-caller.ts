import type { Context } from 'hono';
import type { Access, Caller, Guard } from './guard.js';
import { HttpProblem } from './http-problem.js';
import type { RateKind, RateLimiter } from './rate-limiter.js';

interface Admission {
  readonly rateLimiter?: RateLimiter | undefined;
  readonly addressOf?: ((context: Context) => string | undefined) | undefined;
}

/**
 * Who asks, unless they may not, or ask too often. Those with a token are counted by it, so that nobody at the same address,
 * such as that of a proxy, can use up what is theirs.
 */
export async function admitCaller(
  context: Context,
  guard: Guard,
  access: Access,
  { addressOf, rateLimiter }: Admission,
): Promise<Caller> {
  const take = (kind: RateKind, tokenId: string | undefined) => {
    if (rateLimiter === undefined) return;
    const key = tokenId ?? addressOf?.(context) ?? 'somebody';
    const waitMs = rateLimiter.take(kind, key);
    if (waitMs > 0) throw tooMany(waitMs);
  };
  const caller = await guard(context, access).catch((error: unknown) => {
    take('strangers', undefined);
    throw error;
  });
  take(kindOf(access), caller.tokenId);
  return caller;
}

function kindOf(access: Access): RateKind {
  if (access === 'webhook' || access === 'signature') return 'senders';
  return access === 'anyone' ? 'probes' : 'people';
}

function tooMany(waitMs: number): HttpProblem {
  return new HttpProblem(429, 'too-many-requests', 'too many requests; come again later', {
    headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  });
}
