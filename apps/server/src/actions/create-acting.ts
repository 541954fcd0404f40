import { createClaudeReviewer } from '@midwatch/analyzer-claude';
import type { Redactor, Store } from '@midwatch/core/incident';
import { createRemediator } from '@midwatch/remediation';
import { type ResponderOptions, whyStopped } from '@midwatch/responder';
import type { MidwatchConfig } from 'midwatch/config';

export interface ActingInput {
  /** @default actions are off, and nothing of this exists */
  readonly remediation?: MidwatchConfig['remediation'];
  readonly store: Store;
  readonly redact: Redactor;
  /** Where the second model is asked. @default nowhere, so that its gate is never passed */
  readonly claude?: { readonly token: string; readonly baseUrl?: string | undefined } | undefined;
  /** The model that looks for a reason against an action. @default the larger one */
  readonly reviewModel?: string | undefined;
}

/**
 * Who plans and carries out, and who may veto it: what `createResponder()` takes. Both are there only where the configuration says so.
 *
 * @throws TypeError or ZodError for settings that cannot be right.
 */
export function createActing({
  claude,
  redact,
  remediation,
  reviewModel,
  store,
}: ActingInput): Pick<ResponderOptions, 'remediator' | 'reviewer'> {
  if (remediation === undefined) return {};
  const remediator = createRemediator({
    ...remediation,
    store,
    whyStopped: () => whyStopped(store, 'actions'),
  });
  if (claude === undefined) return { remediator };
  const { baseUrl, token } = claude;
  return { remediator, reviewer: createClaudeReviewer({ token, baseUrl, model: reviewModel, redact }) };
}
