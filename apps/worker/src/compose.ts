import { createClaudeAnalyzers } from '@midwatch/analyzer-claude';
import { createToBrief } from '@midwatch/brief';
import type { Redactor, Store } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { readCalibrations } from '@midwatch/ledger';
import { createRedactor } from '@midwatch/redaction';
import { createResponder, type Responder, readBudgets, type WatchOptions } from '@midwatch/responder';
import { createActing, followActions } from '@midwatch/server/actions';
import { createChangesConnector } from '@midwatch/server/changes';
import { readNotifiers } from '@midwatch/server/notifiers';
import { openD1Store } from '@midwatch/store/d1';
import type { Environment } from './environment.js';
import { readSources } from './midwatch.config.js';
import { withPlaces } from './place.js';

/** What a Worker's memory can hold beside everything else. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface Parts {
  readonly redact: Redactor;
  readonly store: Store;
  readonly responder: Responder;
  /** For `watchItself()`. */
  readonly watched: WatchOptions;
}

/** Puts the parts together, anew for each request: a Worker keeps nothing between them. */
export async function compose(environment: Environment): Promise<Parts> {
  const { ANTHROPIC_API_KEY: token } = environment;
  const collectDeadlineMs = Number(environment.MIDWATCH_COLLECT_DEADLINE_MS);
  const opened = withPlaces(await openD1Store(environment.DB, { bucket: environment.BUNDLES }), environment);
  const store = followActions(opened, (event) => {
    console.log(JSON.stringify({ what: 'action', ...event }));
  });
  const redact = createRedactor();
  const { brief, connectors, plan, remediation, rules } = readSources(environment);
  const watched: WatchOptions = {
    redact,
    store,
    rules,
    connectors: [...connectors, createChangesConnector(store.changes)],
    notifiers: readNotifiers(environment).open({
      onPictureError({ code, message, notifierId }) {
        console.log(
          JSON.stringify({ type: 'picture', channel: notifierId, outcome: 'dropped', code, message }),
        );
      },
    }),
  };
  const responder = createResponder({
    ...watched,
    parts: {
      reduce,
      format,
      evidenceAnalyzer: createEvidenceAnalyzer(),
      admit,
      toBrief: createToBrief(brief),
    },
    plan,
    maxBodyBytes: MAX_BODY_BYTES,
    ...(collectDeadlineMs > 0 ? { collectDeadlineMs } : {}),
    readCalibrations,
    budgets: readBudgets(environment),
    ...(token ? createClaudeAnalyzers({ token, ...toModels(environment) }) : {}),
    ...createActing({
      ...{ redact, remediation, store },
      claude: token ? { token, baseUrl: environment.ANTHROPIC_BASE_URL || undefined } : undefined,
      reviewModel: reviewModelOf(environment),
    }),
    onWork: (event) => {
      // Text of its own only; Workers Logs keeps it.
      console.log(JSON.stringify({ ...event, durationMs: Math.round(event.durationMs) }));
    },
  });
  return { redact, store, responder, watched };
}

function reviewModelOf({ MIDWATCH_LARGER_MODEL: larger, MIDWATCH_REVIEW_MODEL }: Environment) {
  return MIDWATCH_REVIEW_MODEL || (larger === 'none' ? undefined : larger) || undefined;
}

function toModels(environment: Environment) {
  const { ANTHROPIC_BASE_URL, MIDWATCH_LARGER_MODEL, MIDWATCH_MODEL, MIDWATCH_SHADOW_MODEL } = environment;
  const shadowModel = MIDWATCH_SHADOW_MODEL === 'none' ? undefined : MIDWATCH_SHADOW_MODEL;
  return {
    baseUrl: ANTHROPIC_BASE_URL || undefined,
    model: MIDWATCH_MODEL || undefined,
    largerModel: MIDWATCH_LARGER_MODEL || undefined,
    ...(shadowModel ? { shadow: { model: shadowModel } } : {}),
  };
}
