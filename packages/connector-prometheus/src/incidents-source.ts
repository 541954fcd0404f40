import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type Gap,
  type IncidentSignal,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import { type Labels, labelKey, labelValue } from './labels.js';
import type { PrometheusApi } from './prometheus-api.js';
import type { AlertsAnswer } from './prometheus-schema.js';
import { isPodOf, podLabels, scopeLabels, scopes, serviceLabels, toServiceName } from './service-labels.js';

type IncidentsQuery = SignalQueryByKind['incidents'];
type Alert = NonNullable<NonNullable<AlertsAnswer['data']>['alerts']>[number];

export interface IncidentsSourceOptions {
  readonly connectorId: string;
  readonly api: PrometheusApi;
  readonly serviceLabel: string | undefined;
  readonly linkTo: (() => string) | undefined;
}

const MAX_ITEMS = 1000;
const LOOKUP = 'GET /api/v1/alerts';
/** Alerts that fire always, so that their absence is noticed: no problem. */
const heartbeats = /^(?:watchdog|deadmanss?witch|always_?firing)$/i;
const stateOf = new Map<string, IncidentSignal['state']>([
  ['firing', 'firing'],
  ['pending', 'pending'],
]);

/** Alerts of the store's own rules that fire or pend now and began before the window's end. */
export function createIncidentsSource(options: IncidentsSourceOptions): SignalSourceV1<'incidents'> {
  const { api, connectorId, linkTo } = options;

  async function doQuery(query: IncidentsQuery, call: CallContextV1): Promise<SignalBatchV1<'incidents'>> {
    const { window } = query;
    const queryId = toQueryId(connectorId, LOOKUP, window);
    const link = linkTo === undefined ? {} : { url: linkTo() };
    const provenance = [{ queryId, language: 'http', text: LOOKUP, window, ...link }];
    const gaps: Gap[] = [];
    let alerts: readonly Alert[] = [];
    try {
      const answer = await api.alerts(call);
      alerts = answer.alerts;
      if (answer.mayBeStub) {
        const detail = 'no alert fires, or VictoriaMetrics was started without -vmalert.proxyURL';
        gaps.push({ reason: 'unsupported-filter', detail });
      }
    } catch (error) {
      // Query-only stores have no rules; that is known, and no failure.
      if (!ConnectorError.is(error) || error.status !== 404) throw error;
      gaps.push({ reason: 'unsupported-filter', detail: 'this store keeps no alerts: ask the ruler' });
    }
    const toId = createSignalIds(connectorId, 'incidents');
    const found = alerts.flatMap((alert) => {
      if (!isAbout(alert.labels, query, options.serviceLabel)) return [];
      const signal = toIncident(alert, query, options.serviceLabel);
      if (signal === undefined) return [];
      const id = toId(alert.activeAt ?? '', labelKey(alert.labels));
      return [{ ...signal, id, connectorId, queryId, ...link }];
    });
    const sorted = found.toSorted((a, b) => a.timestampMs - b.timestampMs);
    const limit = Math.min(query.limit, MAX_ITEMS);
    const missing = sorted.length - limit;
    if (missing <= 0) return { signals: sorted, gaps, provenance };
    gaps.push({ reason: 'row-limit', missing: { count: missing, exact: true } });
    return { signals: keepSome(sorted, limit, query.keep), gaps, provenance };
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

function keepSome<T>(sorted: readonly T[], limit: number, keep: IncidentsQuery['keep']): readonly T[] {
  if (keep === 'newest') return sorted.slice(-limit);
  if (keep === 'oldest') return sorted.slice(0, limit);
  return Array.from(
    { length: limit },
    (_, index) => sorted[Math.floor((index * sorted.length) / limit)],
  ).flatMap((one) => (one === undefined ? [] : [one]));
}

/** An alert without a label for a scope may be about all of it; one without a service is about no service. */
function isAbout(labels: Labels, { target }: IncidentsQuery, serviceLabel: string | undefined): boolean {
  const { service } = target;
  if (service !== undefined) {
    const named = serviceLabelsOf(serviceLabel).some(
      (label) => Object.hasOwn(labels, label) && toServiceName(label, labels[label] ?? '') === service,
    );
    const pod = labelValue(labels, podLabels);
    if (!named && (pod === undefined || !isPodOf(pod, service))) return false;
  }
  const matches = (candidates: readonly string[], wanted: string) => {
    const present = candidates.filter((label) => Object.hasOwn(labels, label));
    return present.length === 0 || present.some((label) => labels[label] === wanted);
  };
  return (
    scopes.every((scope) => target[scope] === undefined || matches(scopeLabels[scope], target[scope])) &&
    Object.entries(target.labels ?? {}).every(([label, value]) => matches([label], value))
  );
}

function toIncident(
  alert: Alert,
  { window }: IncidentsQuery,
  serviceLabel: string | undefined,
): Omit<IncidentSignal, 'id' | 'connectorId' | 'queryId'> | undefined {
  const { annotations, labels } = alert;
  const state = stateOf.get(alert.state);
  const name = labelValue(labels, ['alertname']) ?? 'alert';
  const beganMs = Date.parse(alert.activeAt ?? '');
  if (state === undefined || heartbeats.test(name) || !(beganMs < window.endMs)) return undefined;
  // What began before the window burns in it from its first moment on.
  const before = beganMs < window.startMs;
  const timestampMs = before ? window.startMs : beganMs;
  const summary = labelValue(annotations ?? {}, ['summary', 'message', 'description']) ?? name;
  const service = serviceOf(labels, serviceLabel);
  const namespace = labelValue(labels, scopeLabels.namespace);
  const severity = labelValue(labels, ['severity', 'priority']);
  const object = objectOf(labels);
  return {
    kind: 'incidents',
    timestampMs,
    timeUnixNano: before
      ? `${BigInt(Math.floor(timestampMs)) * 1_000_000n}`
      : toUnixNano(alert.activeAt ?? '', beganMs),
    title: before ? `${summary} (since ${new Date(beganMs).toISOString()})` : summary,
    reason: name,
    state,
    ...(severity === undefined ? {} : { severity }),
    ...(service === undefined ? {} : { service }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(object === undefined ? {} : { object }),
  };
}

function serviceLabelsOf(given: string | undefined): readonly string[] {
  return given === undefined ? serviceLabels : [given];
}

function serviceOf(labels: Labels, given: string | undefined): string | undefined {
  const label = serviceLabelsOf(given).find((one) => (labelValue(labels, [one]) ?? '') !== '');
  return label === undefined ? undefined : toServiceName(label, labels[label] ?? '');
}

function objectOf(labels: Labels): string | undefined {
  for (const [kind, candidates] of [
    ['pod', podLabels],
    ['node', ['node', 'nodename']],
    ['instance', ['instance']],
  ] as const) {
    const value = labelValue(labels, candidates);
    if (value !== undefined) return `${kind}/${value}`;
  }
  return undefined;
}

/** RFC 3339 with up to nine digits of a second, of which `Date.parse` keeps three. */
function toUnixNano(text: string, timeMs: number): string {
  const digits = /\.(\d{1,9})/.exec(text)?.[1]?.padEnd(9, '0') ?? '000000000';
  return `${BigInt(Math.floor(timeMs / 1000)) * 1_000_000_000n + BigInt(digits)}`;
}
