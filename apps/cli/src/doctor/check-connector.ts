import {
  type ConnectorHealthV1,
  type ConnectorV1,
  createLimitedFetch,
  type LabelMapping,
  type ServiceIdentity,
  type SignalKind,
  signalKinds,
} from '@midwatch/core';
import { redactor } from '../investigation-parts.js';
import { type ClockSkew, createAnswerWatch, type Refusal } from './answer-watch.js';

/** What is wrong, in a closed set of codes. */
export interface Problem {
  readonly code: 'unhealthy' | 'degraded' | 'permission' | 'clock' | 'unknown-alias' | 'unknown-service';
  readonly message: string;
}

export interface ConnectorReport {
  readonly id: string;
  /** What it can be asked for. */
  readonly kinds: readonly SignalKind[];
  readonly covers?: ConnectorV1['covers'];
  readonly health: ConnectorHealthV1 & { readonly latencyMs: number };
  /** `null`: no answer told a time. */
  readonly clock: ClockSkew | null;
  /** Of a healthy one: it can do without what was refused, such as its version. */
  readonly refusals: readonly Refusal[];
  /** Of the configuration's `services`: what it calls a service, or `null` where it does not know it. */
  readonly aliases: readonly { readonly service: string; readonly alias: string | null }[];
  readonly problems: readonly Problem[];
}

/** Further apart, windows of minutes and steps of 15 s no longer mean the same on both sides. */
const MAX_SKEW_MS = 30_000;
/** Of the deadline; the rest is for a connector to say itself that nothing came. */
const CONNECTOR_SHARE = 0.9;
const MAX_TEXT_LENGTH = 300;

/** Asks one connector for its health, and looks at what its server's answers tell. Never rejects, and ends at the deadline. */
export async function checkConnector(
  connector: ConnectorV1,
  services: readonly ServiceIdentity[],
  deadlineMs: number,
): Promise<ConnectorReport> {
  const { id, covers, sources } = connector;
  const watch = createAnswerWatch();
  const startedMs = Date.now();
  const { latencyMs = Date.now() - startedMs, ...told } = await askHealth(connector, watch.fetch, deadlineMs);
  const health = { ...told, latencyMs };
  const clock = watch.clockSkew() ?? null;
  const refusals = watch.refusals().map((one) => ({ ...one, path: toSafeText(one.path) }));
  const aliases = services.flatMap(({ name, aliases: names = {} }) =>
    Object.hasOwn(names, id) ? [{ service: name, alias: names[id] ?? null }] : [],
  );
  const problems: Problem[] = [];
  if (health.state !== 'healthy') {
    problems.push({ code: health.state, message: health.detail ?? 'it does not say why' });
    for (const refusal of refusals) problems.push({ code: 'permission', message: describeRefusal(refusal) });
  }
  if (clock !== null && Math.abs(clock.skewMs) - clock.withinMs > MAX_SKEW_MS) {
    const seconds = Math.round(Math.abs(clock.skewMs) / 1000);
    const message = `its clock is ${seconds} s ${clock.skewMs > 0 ? 'ahead of' : 'behind'} this machine's: windows miss what they should show`;
    problems.push({ code: 'clock', message });
  }
  return {
    id,
    kinds: signalKinds.filter((kind) => sources[kind] !== undefined),
    ...(covers === undefined ? {} : { covers }),
    ...{ health, clock, refusals, aliases, problems },
  };
}

/** What the status means, and so what to change. */
export function describeRefusal({ status, method, path }: Refusal): string {
  const meaning = status === 401 ? 'the credentials are not accepted' : 'these credentials may not read it';
  return `HTTP ${status} for ${method} ${path}: ${meaning}`;
}

async function askHealth(
  connector: ConnectorV1,
  send: ReturnType<typeof createAnswerWatch>['fetch'],
  deadlineMs: number,
): Promise<ConnectorHealthV1> {
  const limited = createLimitedFetch({ fetch: send });
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<ConnectorHealthV1>((resolve) => {
    const detail = `no answer within ${deadlineMs / 1000} s`;
    timer = setTimeout(() => resolve({ state: 'unhealthy', detail }), deadlineMs);
  });
  const call = {
    signal: controller.signal,
    deadlineAtMs: Date.now() + deadlineMs * CONNECTOR_SHARE,
    fetch: limited.lease({ connectorId: connector.id }).fetch,
  };
  try {
    const asked = Promise.resolve().then(() => connector.checkHealth(call));
    return toSafeHealth(await Promise.race([asked, late]));
  } catch {
    // What was thrown may hold a secret: by its interface a connector tells trouble as a value.
    return { state: 'unhealthy', detail: 'its health check threw instead of answering' };
  } finally {
    clearTimeout(timer);
    controller.abort();
    limited.close();
  }
}

/** The version is the vendor's text, and the detail may be that of anybody's connector. */
function toSafeHealth(health: ConnectorHealthV1): ConnectorHealthV1 {
  const { state, version, latencyMs, detail } = health;
  const labels = toSafeLabels(health.labels);
  return {
    state: state === 'healthy' || state === 'degraded' ? state : 'unhealthy',
    ...(typeof version === 'string' ? { version: toSafeText(version) } : {}),
    ...(typeof latencyMs === 'number' ? { latencyMs } : {}),
    ...(typeof detail === 'string' ? { detail: toSafeText(detail) } : {}),
    ...(labels.length === 0 ? {} : { labels }),
  };
}

/** One for each field, or some: a field may be asked for by two labels. */
const MAX_LABELS = 30;
const labelFields: ReadonlySet<unknown> = new Set([
  'service',
  'namespace',
  'environment',
  'cluster',
  'pod',
  'level',
]);
const labelSources: ReadonlySet<unknown> = new Set(['option', 'discovered', 'convention']);

function toSafeLabels(labels: unknown): LabelMapping[] {
  if (!Array.isArray(labels)) return [];
  return labels.slice(0, MAX_LABELS).flatMap((one: Partial<LabelMapping> | null): LabelMapping[] => {
    const { field, label, chosenBy } = one ?? {};
    if (field === undefined || typeof label !== 'string' || chosenBy === undefined) return [];
    if (!labelFields.has(field) || !labelSources.has(chosenBy)) return [];
    return [{ field, label: toSafeText(label), chosenBy }];
  });
}

/** Cut after redaction: half a secret would not be known for one. */
function toSafeText(text: string): string {
  return redactor.redact(text.slice(0, MAX_TEXT_LENGTH * 10)).slice(0, MAX_TEXT_LENGTH);
}
