import { createClaudeAnalyzer } from '@midwatch/analyzer-claude';
import { toBrief } from '@midwatch/brief';
import type { Notifier, Redactor, Store } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createSlackNotifier, createSlackWebhookNotifier } from '@midwatch/notifier-slack';
import { createWebhookNotifier } from '@midwatch/notifier-webhook';
import { createRedactor } from '@midwatch/redaction';
import { createResponder, type Responder, type WorkEvent } from '@midwatch/responder';
import { createChangesConnector } from '@midwatch/server/changes';
import { openD1Store } from '@midwatch/store/d1';
import type { Environment } from './environment.js';
import { readSources } from './midwatch.config.js';

/** What a Worker's memory can hold beside everything else. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface Parts {
  readonly redact: Redactor;
  readonly store: Store;
  readonly responder: Responder;
}

/** Puts the parts together, anew for each request: a Worker keeps nothing between them. */
export async function compose(environment: Environment, onWork?: (event: WorkEvent) => void): Promise<Parts> {
  const { ANTHROPIC_API_KEY: token, ANTHROPIC_BASE_URL: baseUrl } = environment;
  const store = await openD1Store(environment.DB);
  const redact = createRedactor();
  const { connectors, plan } = readSources(environment);
  const responder = createResponder({
    parts: { reduce, format, evidenceAnalyzer: createEvidenceAnalyzer(), admit, toBrief },
    redact,
    store,
    plan,
    connectors: [...connectors, createChangesConnector(store.changes)],
    maxBodyBytes: MAX_BODY_BYTES,
    notifiers: toNotifiers(environment),
    ...(token ? { analyzer: createClaudeAnalyzer({ token, baseUrl: baseUrl || undefined }) } : {}),
    onWork: (event) => {
      // Text of its own only; Workers Logs keeps it.
      console.log(JSON.stringify({ ...event, durationMs: Math.round(event.durationMs) }));
      onWork?.(event);
    },
  });
  return { redact, store, responder };
}

function toNotifiers(environment: Environment): readonly Notifier[] {
  const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_CHANNEL, SLACK_WEBHOOK_URL } = environment;
  const { MIDWATCH_NOTIFY_SECRET, MIDWATCH_NOTIFY_URL } = environment;
  return [
    ...(SLACK_BOT_TOKEN && SLACK_CHANNEL
      ? [
          createSlackNotifier({
            token: SLACK_BOT_TOKEN,
            channel: SLACK_CHANNEL,
            baseUrl: SLACK_API_URL || undefined,
          }),
        ]
      : []),
    ...(SLACK_WEBHOOK_URL
      ? [createSlackWebhookNotifier({ webhookUrl: SLACK_WEBHOOK_URL, id: 'slack-webhook' })]
      : []),
    ...(MIDWATCH_NOTIFY_URL && MIDWATCH_NOTIFY_SECRET
      ? [createWebhookNotifier({ webhookUrl: MIDWATCH_NOTIFY_URL, secret: MIDWATCH_NOTIFY_SECRET })]
      : []),
  ];
}
