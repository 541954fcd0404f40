import { serve } from '@hono/node-server';
import { createClaudeAnalyzer } from '@midwatch/analyzer-claude';
import { toBrief } from '@midwatch/brief';
import type { ConnectorV1, PlanSettings } from '@midwatch/core';
import type { Notifier } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createSlackNotifier, createSlackWebhookNotifier } from '@midwatch/notifier-slack';
import { createWebhookNotifier } from '@midwatch/notifier-webhook';
import { createRedactor } from '@midwatch/redaction';
import { createResponder, runWork } from '@midwatch/responder';
import { openSqliteStore } from '@midwatch/store/sqlite';
import type { MidwatchConfig } from 'midwatch/config';
import type { Logger } from 'pino';
import { createChangesConnector } from './changes/index.js';
import { logWork } from './create-log.js';
import type { ClaudeSettings, ServerSettings } from './environment.js';
import { createHttpApp } from './http/index.js';
import { listen } from './listen.js';
import { keepRetention } from './retention.js';
import { createTerminalNotifier, type Output } from './terminal-notifier.js';

export interface ServerInput extends Pick<MidwatchConfig, 'genericWebhook' | 'notifiers' | 'rules'> {
  readonly settings: ServerSettings;
  readonly connectors: readonly ConnectorV1[];
  readonly plan: PlanSettings;
  /** @default 3,000 */
  readonly collectDeadlineMs?: number;
  readonly log: Logger;
  /** Where briefs are printed when nobody else is told. */
  readonly output: Output;
  readonly color: boolean;
}

export interface RunningServer {
  /** `http://127.0.0.1:8484` */
  readonly url: string;
  readonly notifierIds: readonly string[];
  /** Takes nothing more in, lets what runs end, and closes the database. */
  close(): Promise<void>;
}

/** Puts the parts together and listens. Work that an earlier process left is taken up at once. */
export async function startServer(input: ServerInput): Promise<RunningServer> {
  const { collectDeadlineMs, connectors, genericWebhook, log, plan, rules, settings } = input;
  const { claude } = settings;
  const store = await openSqliteStore({ path: settings.databaseFile });
  const notifiers = toNotifiers(input);
  const redact = createRedactor();
  const responder = createResponder({
    parts: { reduce, format, evidenceAnalyzer: createEvidenceAnalyzer(), admit, toBrief },
    redact,
    store,
    connectors: [...connectors, createChangesConnector(store.changes)],
    plan,
    notifiers,
    ...(collectDeadlineMs === undefined ? {} : { collectDeadlineMs }),
    budgets: settings.budgets,
    ...(rules === undefined ? {} : { rules }),
    ...(claude === undefined ? {} : createAnalyzers(claude)),
    onWork: (event) => logWork(log, event),
  });
  const runner = runWork(responder, { onError: (error) => log.error({ err: error }, 'the store failed') });
  const app = createHttpApp({
    responder,
    store,
    redact,
    tokens: { webhook: settings.webhookToken, read: settings.readToken },
    budgets: settings.budgets,
    genericMapping: genericWebhook,
    signatures: settings.signatures,
    onReceived: () => runner.wake(),
    onError: (error, request) => log.error({ err: error, ...request }, 'a request failed'),
  });
  const stopRetention = keepRetention(store, (error) => log.error({ err: error }, 'pruning failed'));
  try {
    const listening = await listen((options) => serve({ ...options, fetch: app.fetch }), settings);
    return {
      url: listening.url,
      notifierIds: notifiers.map(({ id }) => id),
      async close() {
        await listening.close();
        stopRetention();
        await runner.stop();
        await store.close();
      },
    };
  } catch (error) {
    stopRetention();
    await runner.stop(0);
    await store.close();
    throw error;
  }
}

function createAnalyzers({ largerModel, ...claude }: ClaudeSettings) {
  const analyzer = createClaudeAnalyzer(claude);
  if (largerModel === 'none' || largerModel === analyzer.model) return { analyzer };
  return { analyzer, largerAnalyzer: createClaudeAnalyzer({ ...claude, model: largerModel }) };
}

/** Those of the configuration and of the environment; the terminal when there is none. */
function toNotifiers({ color, notifiers = [], output, settings }: ServerInput): readonly Notifier[] {
  const { notifyWebhook, slackBot, slackWebhookUrl } = settings;
  const all = [
    ...notifiers,
    ...(slackBot === undefined ? [] : [createSlackNotifier(slackBot)]),
    ...(slackWebhookUrl === undefined
      ? []
      : [createSlackWebhookNotifier({ webhookUrl: slackWebhookUrl, id: 'slack-webhook' })]),
    ...(notifyWebhook === undefined ? [] : [createWebhookNotifier(notifyWebhook)]),
  ];
  return all.length === 0 ? [createTerminalNotifier(output, color)] : all;
}
