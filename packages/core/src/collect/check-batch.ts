import type * as z from 'zod';
import { toIssuePlace } from '../connector/issue-place.js';
import type { Gap, Provenance, SignalQueryByKind, WorkloadNames } from '../connector/v1/connector.js';
import { type SignalByKind, type SignalKind, signalSchemas } from '../connector/v1/signal.js';
import { fitWindow } from './fit-window.js';
import type { ServiceNames } from './name-services.js';
import { readBatch } from './read-batch.js';
import { redactSignal } from './redact-signal.js';
import type { Scrub } from './scrub.js';
import { createTimeSlice } from './time-slice.js';

export interface CheckedBatch<K extends SignalKind> {
  readonly signals: readonly SignalByKind[K][];
  readonly gaps: readonly Gap[];
  readonly provenance: readonly Provenance[];
  /** Signals of which a text was withheld. */
  readonly withheld: number;
  readonly workloads: readonly WorkloadNames[];
}

export interface CheckScope<K extends SignalKind> {
  readonly kind: K;
  readonly connectorId: string;
  /** As the connector was asked. */
  readonly query: SignalQueryByKind[K];
  readonly names: ServiceNames;
  readonly scrub: Scrub;
  /** What has not been checked by then is left out. Wall clock. */
  readonly endsAtMs: number;
}

/** Spans of a trace or points of a series; with more it is no evidence but a flood. */
const MAX_PARTS = 20_000;

/**
 * Everything between what a connector returned and what others may see: the cap, the schema, the window, services under
 * their own names, redaction. Each signal for itself: an invalid one is left out and counted, the rest stays.
 */
export async function checkBatch<K extends SignalKind>(
  returned: unknown,
  scope: CheckScope<K>,
): Promise<CheckedBatch<K>> {
  const { query, scrub, connectorId } = scope;
  const batch = readBatch(returned, connectorId);
  const kept = clamp(batch.signals, query.limit, query.keep);
  const signals: SignalByKind[K][] = [];
  const pause = createTimeSlice();
  let invalid = 0;
  let firstInvalid: string | undefined;
  let outside = 0;
  let withheld = 0;
  let unread = 0;
  for (const [index, item] of kept.entries()) {
    if (Date.now() >= scope.endsAtMs) {
      unread = kept.length - index;
      break;
    }
    await pause();
    const failuresBefore = scrub.failures;
    const signal = checkSignal(item, scope);
    if (signal === 'outside') outside += 1;
    else if ('invalid' in signal) {
      invalid += 1;
      firstInvalid ??= signal.invalid;
    } else signals.push(signal.valid);
    if (scrub.failures > failuresBefore) withheld += 1;
  }
  const cut = batch.signals.length - kept.length;
  return {
    signals,
    withheld,
    workloads: batch.workloads.map((one) =>
      redactWorkload({ ...one, service: scope.names.toService(one.service, one.namespace) }, scrub),
    ),
    gaps: [
      ...batch.gaps.map((gap) =>
        gap.detail === undefined ? gap : { ...gap, detail: scrub.text(gap.detail) },
      ),
      ...missing(cut, 'row-limit', 'the connector returned more than it was asked for'),
      ...missing(invalid, 'invalid-item', `not what the schema of this kind says (${firstInvalid})`),
      ...missing(outside, 'invalid-item', 'outside the asked window'),
      ...missing(unread, 'deadline', 'read, but not checked in time'),
      ...missing(withheld, 'redacted', 'the redactor failed, so text was withheld'),
    ],
    provenance: batch.provenance.map((provenance) => redactProvenance(provenance, scrub)),
  };
}

function redactWorkload({ namespace, ...one }: WorkloadNames, scrub: Scrub): WorkloadNames {
  return {
    ...one,
    ...(namespace === undefined ? {} : { namespace: scrub.name(namespace) }),
    workload: scrub.name(one.workload),
    service: scrub.name(one.service),
    names: one.names.map(({ name, toldBy, ...rest }) => ({
      ...rest,
      name: scrub.name(name),
      toldBy: scrub.text(toldBy),
    })),
  };
}

function redactProvenance(provenance: Provenance, scrub: Scrub): Provenance {
  const { url, ...rest } = provenance;
  const link = url === undefined ? undefined : scrub.link(url);
  return { ...rest, text: scrub.text(rest.text), ...(link === undefined ? {} : { url: link }) };
}

function checkSignal<K extends SignalKind>(
  item: unknown,
  { kind, connectorId, query, names, scrub }: CheckScope<K>,
): { valid: SignalByKind[K] } | { invalid: string } | 'outside' {
  try {
    if (isFlood(item)) return { invalid: `more than ${MAX_PARTS} spans or points` };
    // The schemas are looked up by kind, which TypeScript cannot follow through the generic.
    const schema = signalSchemas[kind] as unknown as z.ZodType<SignalByKind[K]>;
    const parsed = schema.safeParse(item);
    if (!parsed.success) return { invalid: toIssuePlace(parsed.error) ?? 'no reason is given' };
    if (parsed.data.connectorId !== connectorId) return { invalid: '`connectorId` is another one' };
    const fitting = fitWindow(parsed.data, query.window);
    if (fitting === undefined) return 'outside';
    return { valid: redactSignal[kind](names.fromConnector(fitting, query.target.namespace), scrub) };
  } catch {
    return { invalid: 'it throws when it is read' };
  }
}

function isFlood(item: unknown): boolean {
  const { spans, points } = item as { readonly spans?: unknown; readonly points?: unknown };
  return [spans, points].some((parts) => Array.isArray(parts) && parts.length > MAX_PARTS);
}

/** By position: results ascend. */
function clamp(
  items: readonly unknown[],
  limit: number,
  keep: 'newest' | 'oldest' | 'spread',
): readonly unknown[] {
  if (items.length <= limit) return items;
  if (keep === 'newest') return items.slice(items.length - limit);
  if (keep === 'oldest') return items.slice(0, limit);
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)]);
}

function missing(count: number, reason: Gap['reason'], detail: string): Gap[] {
  return count === 0 ? [] : [{ reason, missing: { count, exact: true }, detail }];
}
