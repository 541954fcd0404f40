import { createClaudeAnalyzer, type ModelRequest, toModelRequest } from '@midwatch/analyzer-claude';
import { createToBrief } from '@midwatch/brief';
import type { CollectEvent } from '@midwatch/core';
import type { Alert, Brief } from '@midwatch/core/incident';
import { type SlackMessage, type SlackThread, toSlackMessage, toSlackThread } from '@midwatch/notifier-slack';
import { createWebhookNotifier } from '@midwatch/notifier-webhook';
import { createInvestigate, type Investigation } from '@midwatch/responder';
import { parts, redactor } from '../investigation-parts.js';
import type { OpenedSources } from '../open-sources.js';
import type { Terminal } from '../terminal.js';
import { createRequestCatcher } from './caught-request.js';
import { createCountingRedactor } from './counting-redactor.js';

/** Everything that would leave this machine for one alert, but for the queries to the sources. */
export interface WhatLeaves {
  /** Its `JSON.stringify()` is the body, byte for byte. */
  readonly modelRequest: ModelRequest;
  /** What the notifiers for Slack make of the first brief: for an incoming webhook, */
  readonly slackMessage: SlackMessage;
  /** and for a bot. */
  readonly slackThread: SlackThread;
  /** What the notifier for webhooks sends of it. */
  readonly webhookPayload: unknown;
  readonly model: {
    /** Without a key nothing goes to a model. */
    readonly keyIsSet: boolean;
    readonly method: string;
    readonly url: string;
    readonly headerNames: readonly string[];
    readonly bytes: number;
    /** Bytes divided by 3. */
    readonly estimatedTokens: number;
    readonly citableIds: number;
    /** Findings that did not fit. */
    readonly omittedIds: readonly string[];
  };
  readonly webhook: { readonly headerNames: readonly string[]; readonly bytes: number };
  readonly redaction: {
    /** At ingress, in everything that was read, by category. */
    readonly removed: Readonly<Record<string, number>>;
    /** Marks `[redacted...]` that stand in what leaves. */
    readonly marks: { readonly model: number; readonly slack: number; readonly webhook: number };
    /** Signals whose text was withheld because redaction failed. */
    readonly withheld: number;
  };
  readonly sources: { readonly asked: readonly string[]; readonly queries: number };
}

export interface WhatLeavesInput {
  readonly alert: Alert;
  readonly sources: OpenedSources;
  readonly environment: Terminal['environment'];
  readonly onEvent?: (event: CollectEvent) => void;
}

/**
 * Investigates the alert with the real parts up to the last step: what the analyzer and the notifiers hand to `fetch` is kept
 * instead of sent.
 */
export async function findWhatLeaves(input: WhatLeavesInput): Promise<WhatLeaves> {
  const { alert, sources, environment, onEvent } = input;
  const counting = createCountingRedactor(redactor);
  const keyIsSet = Boolean(environment['ANTHROPIC_API_KEY']);
  const toModel = createRequestCatcher(400);
  const analyzer = createClaudeAnalyzer({
    token: 'not-sent',
    baseUrl: environment['ANTHROPIC_BASE_URL'] || undefined,
    fetch: toModel.fetch,
  });
  let firstBrief: Brief | undefined;
  const { connectors, nowMs, plan, collectDeadlineMs } = sources;
  const investigation = await createInvestigate({ ...parts, toBrief: createToBrief(sources.brief) })({
    ...{ alert, connectors, nowMs, plan, redact: counting },
    ...(collectDeadlineMs === undefined ? {} : { collectDeadlineMs }),
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(keyIsSet ? { analyzer, onFirstBrief: (brief) => (firstBrief = brief) } : {}),
  });
  if (!keyIsSet) await askInVain(analyzer, investigation);
  const caught = toModel.caught();
  const modelRequest = toModelRequest(investigation, { model: analyzer.model });
  if (caught.body !== JSON.stringify(modelRequest))
    throw new Error('the analyzer sends something else than toModelRequest() shows: a mistake of Midwatch');

  const brief = firstBrief ?? investigation.brief;
  const slackMessage = toSlackMessage(brief, nowMs);
  const slackThread = toSlackThread(brief, nowMs);
  const toWebhook = await catchWebhook(brief, nowMs);
  const { dossier, collection } = investigation;
  const bytes = byteLength(caught.body);
  const asked = collection.sources.filter(({ state }) => !['not-asked', 'not-configured'].includes(state));
  return {
    modelRequest,
    slackMessage,
    slackThread,
    webhookPayload: JSON.parse(toWebhook.body) as unknown,
    model: {
      keyIsSet,
      method: caught.method,
      url: caught.url,
      headerNames: caught.headerNames,
      bytes,
      estimatedTokens: Math.ceil(bytes / 3),
      citableIds: dossier.citableIds.length,
      omittedIds: dossier.omittedIds,
    },
    webhook: { headerNames: toWebhook.headerNames, bytes: byteLength(toWebhook.body) },
    redaction: {
      removed: counting.counts(),
      marks: {
        model: countMarks(caught.body),
        slack: countMarks(JSON.stringify([slackMessage, slackThread])),
        webhook: countMarks(toWebhook.body),
      },
      withheld: collection.withheld,
    },
    sources: { asked: [...new Set(asked.map(({ connectorId }) => connectorId))], queries: asked.length },
  };
}

/** The catcher's answer is none that an analyzer takes: that it fails is what is meant. */
async function askInVain(
  analyzer: ReturnType<typeof createClaudeAnalyzer>,
  investigation: Investigation,
): Promise<void> {
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 10_000 };
  await analyzer.analyze(investigation, call).catch(() => undefined);
}

/** The notifier's own body; address and secret are stand-ins, since it is not configured here. */
async function catchWebhook(brief: Brief, nowMs: number) {
  const catcher = createRequestCatcher(200);
  const notifier = createWebhookNotifier({
    webhookUrl: 'https://receiver.invalid/',
    secret: `whsec_${btoa('a stand-in that signs nothing sent')}`,
    fetch: catcher.fetch,
  });
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 10_000 };
  await notifier.notify({ incidentId: 'INCIDENT', deliveryId: 'DELIVERY', brief, nowMs }, call);
  return catcher.caught();
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function countMarks(text: string): number {
  return text.split('[redacted').length - 1;
}
