import type { NewOutcome } from '../incident/ledger.js';
import type { Redactor } from '../incident/seams.js';
import { createScrub } from './scrub.js';

const MAX_CAUSE_LENGTH = 2_000;

/** What a person wrote may hold a secret that was pasted. It is cut to what is kept, after it was redacted. */
export function redactOutcome(outcome: NewOutcome, redact: Redactor | 'none'): NewOutcome {
  const { cause, service, ...rest } = outcome;
  const scrub = createScrub(redact);
  return {
    ...rest,
    ...(service === undefined ? {} : { service: scrub.name(service) }),
    ...(cause === undefined ? {} : { cause: scrub.text(cause).slice(0, MAX_CAUSE_LENGTH).toWellFormed() }),
  };
}
