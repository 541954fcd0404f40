import { WorkflowEntrypoint, type WorkflowStep } from 'cloudflare:workers';
import { readBudgets } from '@midwatch/responder';
import {
  createHttpApp,
  type FailedRequest,
  type ReceivedBy,
  readAccessTokens,
  readSignatures,
  readSlackInteractivity,
} from '@midwatch/server/http';
import { pruneStore } from '@midwatch/server/retention';
import { compose } from './compose.js';
import { doWork } from './do-work.js';
import type { Environment, IncidentParameters } from './environment.js';
import { watchOver } from './watch-over.js';

const MAX_TURNS = 20;
const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 60_000;

/**
 * Drives the work on one incident. D1 holds every step and delivery with its lease: an instance that is lost loses nothing,
 * since the cron trigger does what nobody has done.
 */
export class IncidentWorkflow extends WorkflowEntrypoint<Environment, IncidentParameters> {
  override async run(
    { payload }: { readonly payload: IncidentParameters },
    step: WorkflowStep,
  ): Promise<void> {
    let open = 0;
    let pauseMs = FIRST_PAUSE_MS;
    for (let turn = 1; turn <= MAX_TURNS; turn++) {
      const { ended, retried } = await step.do(`turn ${turn}`, { timeout: '5 minutes' }, () =>
        doWork(this.env, payload.incidentId),
      );
      // What is retried stays open until it has ended; a turn in which it was not due yet changes nothing.
      open = retried > 0 ? retried : Math.max(0, open - ended);
      if (open === 0) return;
      await step.sleep(`pause ${turn}`, pauseMs);
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    }
  }
}

export default {
  async fetch(request: Request, environment: Environment): Promise<Response> {
    try {
      return await respond(request, environment);
    } catch (error) {
      // A database that is not migrated, an address that is none: senders try again on 503.
      const requestId = crypto.randomUUID();
      logFailure(error, { requestId, method: request.method, path: new URL(request.url).pathname });
      const message = 'this Worker is not configured rightly; its log says what to do';
      return Response.json({ error: { code: 'not-configured', message, requestId } }, { status: 503 });
    }
  },

  /** Work that no Workflow does: one that was not started, was lost, or whose retries lie further away. */
  async scheduled(
    { scheduledTime }: { readonly scheduledTime: number },
    environment: Environment,
  ): Promise<void> {
    await doWork(environment);
    await watchOver(environment);
    // Once an hour, and little at a time.
    if (new Date(scheduledTime).getUTCMinutes() !== 0) return;
    const { store } = await compose(environment);
    await pruneStore(store, scheduledTime, 5);
  },
};

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
    onReceived: async ({ incidentId, outcome }, _alert, request) => {
      if (outcome === 'repeated' || outcome === 'heartbeat') return;
      await startWorkflow(environment, incidentId, request);
    },
    onActed: (incidentId) => startWorkflow(environment, incidentId, {}),
    onError: logFailure,
  });
  return app.fetch(request);
}

async function startWorkflow(
  environment: Environment,
  incidentId: string,
  request: Partial<ReceivedBy>,
): Promise<void> {
  try {
    await environment.INCIDENT_WORKFLOW.create({ params: { incidentId } });
  } catch {
    // It is kept: the cron trigger finds its work within a minute.
    console.log(JSON.stringify({ type: 'workflow-not-started', incidentId, ...request }));
  }
}

function logFailure(error: unknown, request: FailedRequest): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(JSON.stringify({ type: 'request-failed', ...request, message }));
}
