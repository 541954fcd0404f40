import * as z from 'zod';
import { hashOf } from './plan-id.js';
import type { SchemaMigrations } from './schema-migrations.js';
import { isObjectName, type TargetName } from './target.js';
import type { ConfigurationChange } from './template-diff.js';

/** Everything that can ever be done. `scale-back` only undoes a `scale-up`. */
export const actionKinds = ['rollback', 'restart', 'scale-up', 'scale-back'] as const;
export type ActionKind = (typeof actionKinds)[number];

/** What is to be done to what; every value in it was observed or computed from what was. */
export type Action =
  | {
      readonly kind: 'rollback';
      readonly target: Extract<TargetName, { kind: 'deployment' }>;
      /** Of the ReplicaSet: its revision number moves when it is taken again. */
      readonly toUid: string;
      readonly toRevision: string;
    }
  | {
      readonly kind: 'rollback';
      readonly target: Extract<TargetName, { kind: 'application' }>;
      readonly toHistoryId: number;
    }
  | { readonly kind: 'restart'; readonly target: Extract<TargetName, { kind: 'deployment' | 'pod' }> }
  | {
      readonly kind: 'scale-up' | 'scale-back';
      readonly target: Extract<TargetName, { kind: 'deployment' }>;
      readonly replicas: number;
    };

/** Whom it can hurt. */
export interface BlastRadius {
  /** Pods that are wanted there; absent where the deploy system does not tell. */
  readonly pods?: number | undefined;
  /** Pods that are replaced; absent where the deploy system does not tell. */
  readonly replacedPods?: number | undefined;
  /** Objects that the deploy system writes: 1 but for an Argo CD application. */
  readonly objects: number;
  /** No pod serves for a while: the strategy is Recreate, or all that there is gets replaced at once. */
  readonly interrupts: boolean;
  /** Who must agree: 2 as soon as `reasons` is not empty. */
  readonly people: 1 | 2;
  /** Why two. */
  readonly reasons: readonly string[];
}

/** What a plan is for. Being part of its hash, it cannot be changed after people have approved it. */
export interface Purpose {
  readonly incidentId: string;
  readonly service: string;
  /** Of the proposal. */
  readonly title: string;
  /** Ids of the findings that it rests on. */
  readonly evidence: readonly string[];
  /** For a rollback: the signal's id of the deploy that it goes back behind. */
  readonly deployId?: string | undefined;
  /** The plan that it undoes. */
  readonly undoes?: string | undefined;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
}

/** One action, worked out for one state of one object, and bound to it by `id`. Plain JSON. */
export interface Plan {
  /** SHA-256 in hex of everything else here; approvals are bound to it (`Approval.hash`). */
  readonly id: string;
  readonly executorId: string;
  readonly action: Action;
  /** The exact state that it was made for; read again and compared just before it is applied. */
  readonly state: Readonly<Record<string, unknown>>;
  /** For people, in order. */
  readonly steps: readonly string[];
  readonly diff: readonly ConfigurationChange[];
  /** Whether there is a plan that undoes it. */
  readonly reversible: boolean;
  readonly blastRadius: BlastRadius;
  /** Revisions after the one that it goes back to, with the current one; 0 for what is no rollback. */
  readonly revisionsSince: number;
  readonly schemaMigrationsSeen: SchemaMigrations;
  /** Of one that a remediator proposed. */
  readonly purpose?: Purpose | undefined;
}

/** Why nothing was planned, or nothing was done. */
export const refusals = [
  'auto-sync',
  'autoscaled',
  'changed',
  'conflict',
  'deleting',
  'disruption-budget',
  'dry-run',
  'expired',
  'forbidden',
  'in-progress',
  'managed-elsewhere',
  'no-change',
  'no-such-object',
  'no-such-revision',
  'not-controlled',
  'not-done',
  'not-read',
  'out-of-bounds',
  'paused',
  'protected-kinds',
  'rejected',
  'stopped',
  'wrong-approval',
  'wrong-plan',
] as const;
export type Refusal = (typeof refusals)[number];

export interface Refused {
  readonly outcome: 'refused';
  readonly reason: Refusal;
  /** In words of our own. */
  readonly detail: string;
}

export type PlanAnswer = { readonly outcome: 'planned'; readonly plan: Plan } | Refused;

/** `unknown`: the write may have arrived, and no reading has shown it yet. It is looked up again, never done again. */
export type Outcome =
  | {
      readonly outcome: 'applied';
      /** False when an earlier call's write was found, or what was wanted was there already. */
      readonly wrote: boolean;
      readonly detail: string;
    }
  | Refused
  | {
      readonly outcome: 'unknown';
      readonly detail: string;
      /** The object was read, and shows no write. */
      readonly wasRead: boolean;
    };

export function refuse(reason: Refusal, detail: string): Refused {
  return { outcome: 'refused', reason, detail };
}

/** Gives the plan its id. */
export async function toPlan(body: Omit<Plan, 'id'>): Promise<PlanAnswer> {
  return { outcome: 'planned', plan: await withId(body) };
}

/** The same plan for a purpose, and so with another id. */
export function forPurpose(
  { id: _id, ...body }: Plan,
  purpose: Purpose,
  steps: readonly string[],
): Promise<Plan> {
  return withId({ ...body, steps, purpose });
}

async function withId(body: Omit<Plan, 'id'>): Promise<Plan> {
  // As JSON, so that a plan that was stored has the id of the one that was made.
  const stored = JSON.parse(JSON.stringify(body)) as Omit<Plan, 'id'>;
  return { id: await hashOf(stored), ...stored };
}

/** Whether nothing in the plan was changed since it got its id. */
export async function isWhole({ id, ...body }: Plan): Promise<boolean> {
  return id === (await hashOf(body));
}

const nameSchema = z.string().refine(isObjectName);
const deploymentSchema = z.strictObject({
  kind: z.literal('deployment'),
  namespace: nameSchema,
  name: nameSchema,
});
const podSchema = z.strictObject({ kind: z.literal('pod'), namespace: nameSchema, name: nameSchema });
const applicationSchema = z.strictObject({
  kind: z.literal('application'),
  name: nameSchema,
  namespace: nameSchema.optional(),
});
const actionSchema: z.ZodType<Action> = z.union([
  z.strictObject({
    kind: z.literal('rollback'),
    target: deploymentSchema,
    toUid: z.string().min(1),
    toRevision: z.string().regex(/^\d{1,10}$/),
  }),
  z.strictObject({
    kind: z.literal('rollback'),
    target: applicationSchema,
    toHistoryId: z.number().int().nonnegative(),
  }),
  z.strictObject({ kind: z.literal('restart'), target: z.union([deploymentSchema, podSchema]) }),
  z.strictObject({
    kind: z.enum(['scale-up', 'scale-back']),
    target: deploymentSchema,
    replicas: z.number().int().positive().max(10_000),
  }),
]);

const text = z.string();
const planSchema: z.ZodType<Plan> = z.strictObject({
  id: text.regex(/^[0-9a-f]{64}$/),
  executorId: text,
  action: actionSchema,
  state: z.record(text, z.unknown()),
  steps: z.array(text),
  diff: z.array(z.strictObject({ path: text, before: text.nullable(), after: text.nullable() })),
  reversible: z.boolean(),
  blastRadius: z.strictObject({
    pods: z.number().int().optional(),
    replacedPods: z.number().int().optional(),
    objects: z.number().int(),
    interrupts: z.boolean(),
    people: z.literal([1, 2]),
    reasons: z.array(text),
  }),
  revisionsSince: z.number().int(),
  schemaMigrationsSeen: z.union([
    z.strictObject({ state: z.enum(['none', 'not-looked']) }),
    z.strictObject({ state: z.literal('seen'), places: z.array(text) }),
  ]),
  purpose: z
    .strictObject({
      incidentId: text,
      service: text,
      title: text,
      evidence: z.array(text),
      deployId: text.optional(),
      undoes: text.optional(),
      madeAtMs: z.number(),
      expiresAtMs: z.number(),
    })
    .optional(),
});

/** A plan from a store. Throws when it is none, or is not what it was when it got its id. */
export async function parsePlan(value: unknown): Promise<Plan> {
  const plan = planSchema.parse(value);
  if (!(await isWhole(plan))) throw new TypeError('the plan is not the one that its id stands for');
  return plan;
}
