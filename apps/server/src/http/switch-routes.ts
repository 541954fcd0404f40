import type { Store } from '@midwatch/core/incident';
import { resume, stop } from '@midwatch/responder';
import type * as z from 'zod';
import { HttpProblem } from './http-problem.js';
import { readText } from './read-body.js';
import type { Route, RouteContext } from './route.js';
import { stopRequestSchema, switchedSchema } from './self-schemas.js';

/** The kill switch. Stopping must be easy; to go on is for those who answer for the deployment. */
export function switchRoutes(store: Store, now: () => number = Date.now): readonly Route[] {
  const body = {
    description: 'Why, and who says so; the role of the token is kept beside it',
    schema: stopRequestSchema,
  };
  const refusals = { 400: { description: 'The body gives no reason' } };
  return [
    {
      method: 'POST',
      path: '/stop',
      operationId: 'stop-models-and-actions',
      summary: 'Stops all questions to models and all actions, at once and everywhere',
      access: 'responder',
      body,
      answers: {
        200: { description: 'They are stopped; who did so first stays named', schema: switchedSchema },
        ...refusals,
      },
      handle: async (context) =>
        context.json({ stopped: await stop(store, await readRequest(context, now())) }),
    },
    {
      method: 'POST',
      path: '/resume',
      operationId: 'resume-models-and-actions',
      summary: 'Allows models and actions again',
      access: 'admin',
      body,
      answers: { 200: { description: 'They are allowed', schema: switchedSchema }, ...refusals },
      handle: async (context) => {
        await resume(store, await readRequest(context, now()));
        return context.json({ stopped: null });
      },
    },
  ];
}

async function readRequest(context: RouteContext, nowMs: number) {
  const { by, reason } = parse(await readText(context.req.raw));
  const caller = context.get('by');
  return { by: by === undefined ? caller : `${by} (${caller})`, reason, nowMs };
}

function parse(text: string): z.infer<typeof stopRequestSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpProblem(400, 'not-json', 'the body is not JSON; send {"reason": "..."}');
  }
  const parsed = stopRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpProblem(
    400,
    'no-reason',
    'send {"reason": "...", "by": "..."}; the reason has 1 to 500 characters, `by` at most 80',
  );
}
