import { judgements, type PersonVia, scores } from '@midwatch/core/incident';
import * as z from 'zod';

const MAX_SILENCE_MINUTES = 24 * 60;
const MAX_CAUSE_LENGTH = 2_000;

const planId = z.string().min(1).max(200);

/** What a person can do to an incident, whatever they press. */
export const personActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('take') }),
  z.strictObject({ kind: z.literal('release') }),
  z.strictObject({ kind: z.literal('look-again') }),
  z.strictObject({
    kind: z.literal('settle'),
    judgement: z.enum(judgements),
    service: z.string().min(1).max(200).exactOptional(),
    cause: z.string().min(1).max(MAX_CAUSE_LENGTH).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('rate'), score: z.literal(scores) }),
  z.strictObject({ kind: z.literal('silence'), minutes: z.int().min(1).max(MAX_SILENCE_MINUTES) }),
  z.strictObject({ kind: z.literal('unsilence') }),
  z.strictObject({ kind: z.literal('approve'), planId }),
  z.strictObject({ kind: z.literal('reject'), planId }),
  z.strictObject({ kind: z.literal('undo'), planId }),
]);

/**
 * `take` it, also from somebody else, or `release` it; `look-again` now; `settle` whether the analysis was right and what the
 * cause was; `rate` how useful it was; `silence` it for a day at most, or `unsilence` it;
 * `approve` or `reject` the action that is offered, or ask for what `undo`es one that was done.
 */
export type PersonAction = Readonly<z.infer<typeof personActionSchema>>;

export interface ActRequest {
  readonly incidentId: string;
  readonly action: PersonAction;
  /** Who, as the timeline and the message name them; at most 200 characters. */
  readonly by: string;
  readonly via: PersonVia;
  /** Theirs, as the app knows it: `approver` or `admin` for what decides on actions. @default none of these */
  readonly role?: string;
  /** The same again is done one time, such as a click that is sent twice. @default each call is another action */
  readonly actionId?: string;
}

/** Why nothing was done. A look of a person waits for no cooldown; eight in all is the most. */
export const refusalReasons = [
  'unknown-incident',
  'resolved',
  'maintenance',
  'part-of-storm',
  'is-looked-at',
  'too-many-looks',
  'no-owner',
  'not-silent',
  'not-allowed',
  'nothing-offered',
  'other-plan',
  'expired',
  'already-decided',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** `repeated`: it was done before, or is so already. */
export type ActAnswer =
  | { readonly outcome: 'done' | 'repeated' }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason };
