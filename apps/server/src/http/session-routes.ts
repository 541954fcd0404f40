import * as z from 'zod';
import { type AccessToken, allows, roles } from './access-tokens.js';
import { isOpen, refuseForeign } from './guard.js';
import { HttpProblem } from './http-problem.js';
import { isOwnPage, PAGE_HEADER } from './own-page.js';
import type { RateLimiter } from './rate-limiter.js';
import { readText } from './read-body.js';
import type { Route, RouteContext } from './route.js';
import { SESSION_MS, type Session, type Sessions, toSetCookie } from './session.js';

export const sessionSchema = z.object({
  state: z
    .enum(['open', 'signed-in', 'signed-out'])
    .describe('`open`: no token is configured, and this machine needs none'),
  role: z.enum(roles).exactOptional().describe('The highest that the token has'),
  endsAtMs: z.number().exactOptional().describe('When the token is asked for again'),
});
type SessionAnswer = z.infer<typeof sessionSchema>;

export const signInSchema = z.object({ token: z.string().max(4_096) });

export interface SessionRoutesOptions {
  readonly tokens: readonly AccessToken[];
  readonly rateLimiter?: RateLimiter | undefined;
  readonly addressOf?: ((context: RouteContext) => string | undefined) | undefined;
}

/** What pages sign in with: an access token, exchanged for a cookie that their scripts cannot read. */
export function sessionRoutes(options: SessionRoutesOptions, sessions: Sessions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/session',
      operationId: 'get-session',
      summary: 'Whether a page is signed in, or need not be',
      access: 'anyone',
      answers: { 200: { description: 'How it stands', schema: sessionSchema } },
      handle: async (context) => context.json(await read(context, options, sessions)),
    },
    {
      method: 'POST',
      path: '/session',
      operationId: 'sign-in',
      summary: 'Exchange an access token for the cookie of a page',
      access: 'anyone',
      body: { description: `With the header \`${PAGE_HEADER}\`, of the same origin`, schema: signInSchema },
      answers: {
        200: { description: 'Signed in; sets the cookie', schema: sessionSchema },
        400: { description: 'The body is none' },
        401: { description: 'No such token, or none that may read' },
        403: { description: 'It was not sent by a page of this server' },
      },
      handle: (context) => signIn(context, options, sessions),
    },
    {
      method: 'POST',
      path: '/session/end',
      operationId: 'sign-out',
      summary: 'Take the cookie of a page away',
      access: 'anyone',
      answers: {
        200: { description: 'Signed out', schema: sessionSchema },
        403: { description: 'It was not sent by a page of this server' },
      },
      handle: (context) => {
        refuseOthers(context);
        context.header('set-cookie', toSetCookie(context, '', 0));
        return context.json({ state: 'signed-out' } satisfies SessionAnswer);
      },
    },
  ];
}

async function read(
  context: RouteContext,
  { tokens }: SessionRoutesOptions,
  sessions: Sessions,
): Promise<SessionAnswer> {
  if (isOpen(tokens, 'viewer')) {
    refuseForeign(context);
    return { state: 'open' };
  }
  const session = await sessions.find(context);
  return session === undefined ? { state: 'signed-out' } : toAnswer(session);
}

async function signIn(
  context: RouteContext,
  { addressOf, rateLimiter }: SessionRoutesOptions,
  sessions: Sessions,
): Promise<Response> {
  refuseOthers(context);
  // Each attempt counts, the right one as well: else it would tell itself from the others.
  const waitMs = rateLimiter?.take('sign-ins', addressOf?.(context) ?? 'somebody') ?? 0;
  if (waitMs > 0) {
    const retryAfter = String(Math.ceil(waitMs / 1000));
    throw new HttpProblem(429, 'too-many-requests', 'too many attempts; come again later', {
      headers: { 'retry-after': retryAfter },
    });
  }
  const opened = await sessions.open(parse(await readText(context.req.raw)).trim());
  if (opened === undefined)
    throw new HttpProblem(401, 'wrong-token', 'this is no token of this server that may read');
  context.header('set-cookie', toSetCookie(context, opened.cookie, SESSION_MS / 1000));
  return context.json(toAnswer(opened.session));
}

function parse(body: string): string {
  try {
    return signInSchema.parse(JSON.parse(body)).token;
  } catch {
    throw new HttpProblem(400, 'bad-sign-in', 'send `{"token": "..."}`');
  }
}

function toAnswer({ endsAtMs, roles: own }: Session): SessionAnswer {
  const highest = roles.filter((role) => own.includes(role) && allows(role, 'viewer')).at(-1);
  return { state: 'signed-in', ...(highest === undefined ? {} : { role: highest }), endsAtMs };
}

function refuseOthers(context: RouteContext): void {
  if (isOwnPage(context)) return;
  throw new HttpProblem(403, 'foreign-origin', 'only a page of this server may sign in or out');
}
