import { WorkflowEntrypoint, type WorkflowStep } from 'cloudflare:workers';
import { createHttpApp } from '@midwatch/server/http';
import { pruneStore } from '@midwatch/server/retention';
import { compose } from './compose.js';
import { doWork } from './do-work.js';
import type { Environment, IncidentParameters } from './environment.js';

const MAX_TURNS = 20;
const RETRY_PAUSE_MS = 5_000;

/**
 * Drives the work on one incident. D1 holds every step and delivery with its lease: an instance that is lost loses nothing,
 * since the cron trigger does what nobody has done.
 */
export class IncidentWorkflow extends WorkflowEntrypoint<Environment, IncidentParameters> {
  override async run(
    { payload }: { readonly payload: IncidentParameters },
    step: WorkflowStep,
  ): Promise<void> {
    for (let turn = 1; turn <= MAX_TURNS; turn++) {
      const { hasRetries } = await step.do(`turn ${turn}`, { timeout: '5 minutes' }, () =>
        doWork(this.env, payload.incidentId),
      );
      if (!hasRetries) return;
      await step.sleep(`pause ${turn}`, RETRY_PAUSE_MS);
    }
  }
}

export default {
  async fetch(request: Request, environment: Environment): Promise<Response> {
    const { redact, responder, store } = await compose(environment);
    const app = createHttpApp({
      responder,
      store,
      redact,
      tokens: { webhook: environment.MIDWATCH_WEBHOOK_TOKEN, read: environment.MIDWATCH_READ_TOKEN },
      onReceived: async ({ incidentId, outcome }) => {
        if (outcome === 'repeated') return;
        try {
          await environment.INCIDENT_WORKFLOW.create({ params: { incidentId } });
        } catch {
          // The alert is kept: the cron trigger finds its work within a minute.
          console.log(JSON.stringify({ type: 'workflow-not-started', incidentId }));
        }
      },
      onError: (error, { method, path }) => {
        const message = error instanceof Error ? error.message : String(error);
        console.error(JSON.stringify({ type: 'request-failed', method, path, message }));
      },
    });
    return app.fetch(request);
  },

  /** Work that no Workflow does: one that was not started, was lost, or whose retries lie further away. */
  async scheduled(
    { scheduledTime }: { readonly scheduledTime: number },
    environment: Environment,
  ): Promise<void> {
    await doWork(environment);
    // Once an hour, and little at a time.
    if (new Date(scheduledTime).getUTCMinutes() !== 0) return;
    const { store } = await compose(environment);
    await pruneStore(store, scheduledTime, 5);
  },
};
