import * as z from 'zod';
import { ConnectorError } from '../connector/connector-error.js';
import { toIssuePlace } from '../connector/issue-place.js';
import type { Gap, GapReason, Provenance, WorkloadNames } from '../connector/v1/connector.js';

/** What a connector returned, still unchecked where it holds signals. */
export interface RawBatch {
  readonly signals: readonly unknown[];
  readonly gaps: readonly Gap[];
  readonly provenance: readonly Provenance[];
  readonly workloads: readonly WorkloadNames[];
}

const MAX_GAPS = 100;
const MAX_PROVENANCE = 200;
const MAX_DETAIL_LENGTH = 500;
const MAX_QUERY_LENGTH = 8000;

/** A cluster has some thousands; of more none is taken, since a part would make names look unique that are not. */
const MAX_WORKLOADS = 10_000;
const MAX_NAMES_OF_WORKLOAD = 20;

const windowSchema = z.object({ startMs: z.number(), endMs: z.number() });
const gapSchema = z.object({
  // Readers treat an unknown reason as a gap, so any word passes.
  reason: z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .transform((reason) => reason as GapReason),
  window: windowSchema.optional(),
  missing: z.object({ count: z.number().nonnegative(), exact: z.boolean() }).optional(),
  detail: z.string().max(MAX_DETAIL_LENGTH).optional(),
});
const provenanceSchema = z.object({
  queryId: z.string().min(1).max(200),
  language: z.string().min(1).max(40),
  text: z.string().transform((text) => text.slice(0, MAX_QUERY_LENGTH)),
  window: windowSchema,
  url: z.string().optional(),
});

const nameSchema = z.string().min(1).max(253);
const workloadSchema = z.object({
  namespace: nameSchema.optional(),
  kind: z.string().max(40).optional(),
  workload: nameSchema,
  service: nameSchema,
  names: z
    .array(
      z.object({
        name: nameSchema,
        toldBy: z.string().min(1).max(100),
        isTelemetryName: z.boolean().optional(),
      }),
    )
    .max(MAX_NAMES_OF_WORKLOAD),
});

/** Takes a batch apart without trusting it: `bad-response` when it is none. */
export function readBatch(returned: unknown, connectorId: string): RawBatch {
  const none = (why: string) =>
    new ConnectorError({
      code: 'bad-response',
      connectorId,
      message: `the connector returned no batch: ${why}`,
    });
  try {
    if (typeof returned !== 'object' || returned === null) throw none('it is no object');
    const { signals, gaps, provenance, workloads } = returned as Record<string, unknown>;
    if (!Array.isArray(signals)) throw none('`signals` is no list');
    if (!Array.isArray(gaps)) throw none('`gaps` is no list');
    if (!Array.isArray(provenance)) throw none('`provenance` is no list');
    return {
      signals,
      gaps: gaps.slice(0, MAX_GAPS).map(readGap),
      provenance: provenance.slice(0, MAX_PROVENANCE).flatMap(readProvenance),
      workloads: readWorkloads(workloads),
    };
  } catch (error) {
    throw ConnectorError.is(error) ? error : none('it throws when it is read');
  }
}

function readGap(gap: unknown): Gap {
  const parsed = gapSchema.safeParse(gap);
  if (parsed.success) return withoutUndefined(parsed.data);
  return { reason: 'invalid-item', detail: `a gap of no known form (${toIssuePlace(parsed.error)})` };
}

function readProvenance(provenance: unknown): Provenance[] {
  const parsed = provenanceSchema.safeParse(provenance);
  return parsed.success ? [withoutUndefined(parsed.data)] : [];
}

/** All or none: what an odd one is called is not known, and may be what another one is called. */
function readWorkloads(workloads: unknown): WorkloadNames[] {
  if (!Array.isArray(workloads) || workloads.length > MAX_WORKLOADS) return [];
  const parsed = workloads.map((one) => workloadSchema.safeParse(one));
  if (parsed.some(({ success }) => !success)) return [];
  return parsed.flatMap(({ data }) =>
    data === undefined
      ? []
      : [
          {
            ...withoutUndefined(data),
            names: data.names.map((name) => withoutUndefined(name)),
          },
        ],
  );
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>;
}
