import { readBudgets } from '@midwatch/responder';
import {
  createHttpApp,
  type FailedRequest,
  readAccessTokens,
  readSignatures,
  readSlackInteractivity,
} from '@midwatch/server/http';
import { pruneStore } from '@midwatch/server/retention';
import { pages } from '@midwatch/web/pages';
import { compose } from './compose.js';
import { doWork } from './do-work.js';
import type { Environment } from './environment.js';
import { limitRate } from './limit-rate.js';
import { sendWork } from './send-work.js';
import { takeMessages, type WorkBatch } from './take-messages.js';
import { watchOver } from './watch-over.js';

export { AnalysisWorkflow } from './analysis-workflow.js';
export { PlaceObject } from './place-object.js';

export default {
  async fetch(request: Request, environment: Environment): Promise<Response> {
    try {
      return await limitRate(request, environment, () => respond(request, environment));
    } catch (error) {
      // A database that is not migrated, an address that is none: senders try again on 503.
      const requestId = crypto.randomUUID();
      logFailure(error, { requestId, method: request.method, path: new URL(request.url).pathname });
      const message = 'this Worker is not configured rightly; its log says what to do';
      return Response.json({ error: { code: 'not-configured', message, requestId } }, { status: 503 });
    }
  },

  queue: (batch: WorkBatch, environment: Environment): Promise<void> => takeMessages(batch, environment),

  /** Work that nobody else does: neither the queue, nor a Workflow, nor the alarm of its place. */
  async scheduled(
    { scheduledTime }: { readonly scheduledTime: number },
    environment: Environment,
  ): Promise<void> {
    const turns = [
      () => doWork(environment),
      () => watchOver(environment),
      () => pruneOnTheHour(environment, scheduledTime),
    ];
    const failures: unknown[] = [];
    // Work that fails must not keep Midwatch from looking at itself.
    for (const turn of turns) await turn().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  },
};

/** Little at a time. */
async function pruneOnTheHour(environment: Environment, scheduledTime: number): Promise<void> {
  if (new Date(scheduledTime).getUTCMinutes() !== 0) return;
  const { store } = await compose(environment);
  await pruneStore(store, scheduledTime, 5);
}

async function respond(request: Request, environment: Environment): Promise<Response> {
  const { redact, responder, store } = await compose(environment);
  const app = createHttpApp({
    responder,
    store,
    redact,
    tokens: readAccessTokens(environment),
    signatures: readSignatures(environment),
    slack: readSlackInteractivity(environment),
    budgets: readBudgets(environment),
    pages,
    // The object of the place has sent word of it.
    onReceived: () => undefined,
    onActed: (incidentId) => sendWork(environment, [incidentId]),
    onError: logFailure,
  });
  return app.fetch(request);
}

function logFailure(error: unknown, request: FailedRequest): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(JSON.stringify({ type: 'request-failed', ...request, message }));
}
