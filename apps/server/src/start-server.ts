import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type ClaudeAnalyzers, createClaudeAnalyzers } from '@midwatch/analyzer-claude';
import { type BriefSettings, createToBrief } from '@midwatch/brief';
import type { ConnectorV1, PlanSettings } from '@midwatch/core';
import type { Analyzer, Notifier, Store } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { readCalibrations } from '@midwatch/ledger';
import { createRedactor } from '@midwatch/redaction';
import { createResponder, readStopped, runWork, type Stopped } from '@midwatch/responder';
import { openPostgresStore } from '@midwatch/store/postgres';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { type MidwatchConfig, readShadow } from 'midwatch/config';
import type { Logger } from 'pino';
import { type ActingInput, createActing, followActions } from './actions/index.js';
import { createChangesConnector } from './changes/index.js';
import { logPictureError, logRequest, logWork } from './create-log.js';
import type { ClaudeSettings, ServerSettings } from './environment.js';
import { createHttpApp, createRateLimiter, type WebAssets } from './http/index.js';
import { keepWatch } from './keep-watch.js';
import { listen } from './listen.js';
import { createMetrics, type Metrics } from './metrics/create-metrics.js';
import { withVariableNames } from './named-variables.js';
import type { NotifierListeners } from './notifiers.js';
import { readVersion } from './read-version.js';
import { keepRetention } from './retention.js';
import { noTracing, type Tracing } from './telemetry/tracing.js';
import { createTerminalNotifier, type Output } from './terminal-notifier.js';

export interface ServerInput
  extends Pick<MidwatchConfig, 'genericWebhook' | 'notifiers' | 'remediation' | 'rules'> {
  readonly settings: ServerSettings;
  readonly connectors: readonly ConnectorV1[];
  readonly plan: PlanSettings;
  /** Owners, runbooks, and where links may lead. @default none */
  readonly brief?: BriefSettings;
  /** @default 3,000 */
  readonly collectDeadlineMs?: number;
  /** @default none */
  readonly pages?: WebAssets;
  readonly log: Logger;
  /** @default no traces */
  readonly tracing?: Tracing;
  /** Where briefs are printed when nobody else is told. */
  readonly output: Output;
  readonly color: boolean;
}

export interface RunningServer {
  /** `http://127.0.0.1:8484` */
  readonly url: string;
  readonly notifierIds: readonly string[];
  /** What was so when it started. */
  readonly stopped?: Stopped;
  /** Takes nothing more in, lets what runs end, and closes the database. */
  close(): Promise<void>;
}

/** Puts the parts together and listens. Work that an earlier process left is taken up at once. */
export async function startServer(input: ServerInput): Promise<RunningServer> {
  const { brief, collectDeadlineMs, connectors, genericWebhook, log, plan, rules, settings } = input;
  const analyzers = await toAnalyzers(settings.claude);
  const opened = await openStore(settings);
  const metrics = createMetrics({ store: opened, budgets: settings.budgets, version: readVersion() });
  const store = followActions(opened, (event) => {
    metrics.acted(event);
    // Whoever keeps this line elsewhere sees when the log was cut: `midwatch actions verify --head`.
    if (event.type !== 'logged') return;
    const { hash, number } = event.head;
    log.info({ actionLogHead: `${number}:${hash}` }, 'the action log has grown');
  });
  const notifiers = toNotifiers(input, {
    onPictureError(error) {
      metrics.pictureDropped(error);
      logPictureError(log, error);
    },
  });
  const redact = createRedactor();
  const evidenceAnalyzer = createEvidenceAnalyzer();
  const parts = { reduce, format, evidenceAnalyzer, admit, toBrief: createToBrief(brief) };
  const { tracing = noTracing } = input;
  const observe = (analyzer: Analyzer) => metrics.observe(tracing.observe(analyzer));
  const watched = {
    ...{ redact, store, notifiers },
    connectors: [...connectors, createChangesConnector(store.changes)],
    ...(rules === undefined ? {} : { rules }),
  };
  const followed = createResponder({
    ...watched,
    parts: tracing.observeParts(parts),
    plan,
    ...(collectDeadlineMs === undefined ? {} : { collectDeadlineMs }),
    readCalibrations,
    budgets: settings.budgets,
    ...observed(analyzers, observe),
    ...observedActing(input, { metrics, redact, store }),
    onWork(event) {
      metrics.worked(event);
      tracing.worked(event);
      logWork(log, event);
    },
    onEvent(event) {
      metrics.collected(event);
      tracing.collected(event);
    },
  });
  const responder = tracing.follow(followed);
  const runner = runWork(responder, { onError: (error) => log.error({ err: error }, 'the store failed') });
  const app = createHttpApp({
    responder,
    store,
    redact,
    tokens: settings.tokens,
    rateLimiter: createRateLimiter(),
    addressOf: (context) => getConnInfo(context).remote.address,
    budgets: settings.budgets,
    genericMapping: genericWebhook,
    signatures: settings.signatures,
    slack: settings.slack,
    metrics,
    pages: input.pages,
    packsPages: true,
    onReceived({ incidentId, outcome }, _alert, { requestId, source }) {
      metrics.received(source, outcome);
      const level = outcome === 'repeated' || outcome === 'heartbeat' ? 'debug' : 'info';
      log[level]({ requestId, source, incidentId, outcome }, `alert ${outcome}`);
      runner.wake();
    },
    onActed: () => runner.wake(),
    onUnreadable: metrics.unreadable,
    onAnswered(request) {
      metrics.answered(request);
      logRequest(log, request);
    },
    onError: (error, request) => log.error({ err: error, ...request }, 'a request failed'),
  });
  const stopWatch = keepWatch(watched, (error) => log.error({ err: error }, 'the watch over itself failed'));
  const stopRetention = keepRetention(store, (error) => log.error({ err: error }, 'pruning failed'));
  try {
    const stopped = await readStopped(store);
    const listening = await listen((options) => serve({ ...options, fetch: app.fetch }), settings);
    return {
      url: listening.url,
      notifierIds: notifiers.map(({ id }) => id),
      ...(stopped && { stopped }),
      async close() {
        // Side by side: each waits for its own, and whoever stops the process waits 15 s for all.
        await Promise.all([listening.close(), stopRetention(), stopWatch(), runner.stop()]);
        await store.close();
        await tracing.close();
      },
    };
  } catch (error) {
    await Promise.all([stopRetention(), stopWatch(), runner.stop(0)]);
    await store.close();
    await tracing.close();
    throw error;
  }
}

/** Nothing, while the configuration does not switch actions on. */
function observedActing(
  { remediation, settings: { claude } }: ServerInput,
  { metrics, redact, store }: Pick<ActingInput, 'redact' | 'store'> & { readonly metrics: Metrics },
) {
  const { largerModel, reviewModel = largerModel === 'none' ? undefined : largerModel } = claude ?? {};
  const { reviewer, ...acting } = createActing({ claude, redact, remediation, reviewModel, store });
  return { ...acting, ...(reviewer === undefined ? {} : { reviewer: metrics.observeReviewer(reviewer) }) };
}

async function openStore({ databaseFile, databaseUrl }: ServerSettings): Promise<Store> {
  try {
    return databaseUrl === undefined
      ? await openSqliteStore({ path: databaseFile })
      : await openPostgresStore({ url: databaseUrl });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // A file may be named; a URL holds a password.
    const where = databaseUrl === undefined ? `${databaseFile} (MIDWATCH_DATABASE)` : 'DATABASE_URL';
    throw new Error(`${where}: ${error.message}`, { cause: error });
  }
}

async function toAnalyzers(claude: ClaudeSettings | undefined): Promise<Partial<ClaudeAnalyzers>> {
  if (claude === undefined) return {};
  const { shadow, ...shown } = claude;
  const asked = { ...shown, shadow: shadow && (await readShadow(shadow, '/')) };
  return withVariableNames({ baseUrl: 'ANTHROPIC_BASE_URL' }, () => createClaudeAnalyzers(asked));
}

function observed(
  { analyzer, largerAnalyzer, shadowAnalyzer }: Partial<ClaudeAnalyzers>,
  observe: (analyzer: Analyzer) => Analyzer,
) {
  return {
    ...(analyzer && { analyzer: observe(analyzer) }),
    ...(largerAnalyzer && { largerAnalyzer: observe(largerAnalyzer) }),
    ...(shadowAnalyzer && { shadowAnalyzer: observe(shadowAnalyzer) }),
  };
}

/** Those of the configuration and of the environment; the terminal when there is none. */
function toNotifiers(
  { color, notifiers = [], output, settings }: ServerInput,
  listeners: NotifierListeners,
): readonly Notifier[] {
  const all = [...notifiers, ...settings.told.open(listeners)];
  return all.length === 0 ? [createTerminalNotifier(output, color)] : all;
}
