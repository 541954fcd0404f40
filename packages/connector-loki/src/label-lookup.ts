import { type CallContextV1, ConnectorError, type ConnectorErrorCode, type TimeWindow } from '@midwatch/core';
import type { LabelMemory } from './label-memory.js';
import type { Matcher } from './logql.js';
import type { LokiApi } from './loki-api.js';
import { type LabelOptions, serviceLabels, serviceMatcher, toServiceName } from './loki-labels.js';

/** How this server names what the target speaks of. */
export interface FoundLabels {
  readonly serviceLabel: string | undefined;
  /** All label names on the streams in question. */
  readonly names: readonly string[];
  /** Why the server could not be asked; label and names are then those of another service, or the usual label alone. */
  readonly failure?: ConnectorErrorCode;
}

export interface LabelLookup extends FoundLabels {
  /** What was asked to find the labels, as a person would repeat it. */
  readonly lookup: string;
}

/** Of the time that a call has left, a lookup may take so much; the lines themselves need the rest. */
const LOOKUP_SHARE = 1 / 3;
/** After these, the lines would fail as well. */
const hopeless: ReadonlySet<ConnectorErrorCode> = new Set([
  'aborted',
  'config',
  'rate-limited',
  'unreachable',
]);

/** Asks the server, once in some minutes; where it cannot tell, what is usual stands in and `failure` says so. */
export async function lookUpLabels(
  api: LokiApi,
  service: string | undefined,
  window: TimeWindow,
  options: LabelOptions,
  memory: LabelMemory,
  call: CallContextV1,
): Promise<LabelLookup> {
  const find = async (): Promise<FoundLabels> => {
    const shortCall = withinShare(call);
    try {
      if (service === undefined) {
        return { serviceLabel: undefined, names: await api.labelNames(window, shortCall) };
      }
      const matchers = serviceMatchers(service, options);
      return findServiceLabel(service, await api.series(matchers, window, shortCall), matchers);
    } catch (error) {
      if (!ConnectorError.is(error) || hopeless.has(error.code) || error.status === 401) throw error;
      const { names, serviceLabel } = memory.latest() ?? { names: [], serviceLabel: serviceLabels[0] };
      return { serviceLabel: options.serviceLabel ?? serviceLabel, names, failure: error.code };
    }
  };
  const found = await memory.recall(service, find, call);
  if (service === undefined) return { ...found, lookup: 'GET /loki/api/v1/labels' };
  const labels = serviceMatchers(service, options).map(({ label }) => `match[]=${label}`);
  return { ...found, lookup: `GET /loki/api/v1/series?${labels.join('&')}` };
}

function withinShare(call: CallContextV1): CallContextV1 {
  const nowMs = Date.now();
  return { ...call, deadlineAtMs: nowMs + (call.deadlineAtMs - nowMs) * LOOKUP_SHARE };
}

function serviceMatchers(service: string, options: LabelOptions): readonly Matcher[] {
  const labels = options.serviceLabel === undefined ? serviceLabels : [options.serviceLabel];
  return labels.map((label) => serviceMatcher(label, service));
}

/** The label that most streams of the service carry; of equals the likelier one. */
function findServiceLabel(
  service: string,
  streams: readonly Readonly<Record<string, string>>[],
  matchers: readonly Matcher[],
): FoundLabels {
  let best: { label: string; streams: typeof streams } | undefined;
  for (const { label } of matchers) {
    const carrying = streams.filter((stream) => {
      const value = Object.hasOwn(stream, label) ? stream[label] : undefined;
      return value !== undefined && toServiceName(label, value) === service;
    });
    if (carrying.length > (best?.streams.length ?? 0)) best = { label, streams: carrying };
  }
  const names = [...new Set((best?.streams ?? []).flatMap((stream) => Object.keys(stream)))];
  return { serviceLabel: best?.label, names };
}
