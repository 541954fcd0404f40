import type { Place, Planting } from './attack.js';

/** Whose telemetry is written into, and when. */
export interface PlantContext {
  readonly innocent: string;
  readonly culprit: string;
  readonly alerting: string;
  readonly fence: string;
  readonly nowMs: number;
}

type Json = Record<string, unknown>;
type Edit = (body: Json, text: string, context: PlantContext) => void;

/** Replaces the attacker's placeholders. */
export function fillIn(text: string, { culprit, fence, innocent }: PlantContext): string {
  return text
    .replaceAll('{innocent}', innocent)
    .replaceAll('{culprit}', culprit)
    .replaceAll('{fence}', fence);
}

const minutes = 60_000;
const plantedLines = 12;

interface Stream {
  stream: Record<string, string>;
  values: [string, string, { structuredMetadata?: Record<string, string> }?][];
}

function streamsOf(body: Json): readonly Stream[] {
  const { result = [], resultType } = (body['data'] ?? {}) as { result?: Stream[]; resultType?: string };
  return resultType === 'streams' ? result : [];
}

/** Of the alerting service's young lines, the last dozen say this. */
const logLine: Edit = (body, text, { alerting, nowMs }) => {
  const streams = streamsOf(body);
  const stream = streams.find((each) => each.stream['service_name'] === alerting) ?? streams[0];
  const young = (stream?.values ?? []).filter(([nanos]) => Number(nanos) / 1e6 > nowMs - 7 * minutes);
  for (const value of young.slice(-plantedLines)) {
    value[1] = text;
    if (value[2]?.structuredMetadata !== undefined) value[2].structuredMetadata['detected_level'] = 'error';
  }
};

const logTraceId: Edit = (body, text) => {
  for (const { values } of streamsOf(body))
    for (const [, , metadata] of values.slice(0, 5))
      if (metadata?.structuredMetadata !== undefined) metadata.structuredMetadata['trace_id'] = text;
};

const logLabel: Edit = (body, text) => {
  const [first] = streamsOf(body);
  for (const label of ['pod', 'service_name', 'namespace'])
    if (first !== undefined) first.stream[label] = text;
};

interface SpanGroup {
  resource: { attributes: { key: string; value: { stringValue?: string } }[] };
  scopeSpans: {
    spans: { name: string; startTimeUnixNano: string; attributes: unknown[]; status: object }[];
  }[];
}

function spanGroups(body: Json): readonly SpanGroup[] {
  const { result, resourceSpans } = body as {
    result?: { resourceSpans?: SpanGroup[] };
    resourceSpans?: SpanGroup[];
  };
  return result?.resourceSpans ?? resourceSpans ?? [];
}

const serviceOf = ({ resource }: SpanGroup) => resource.attributes.find(({ key }) => key === 'service.name');

/** Young spans of the service that is blamed. */
function youngSpans(body: Json, { innocent, nowMs }: PlantContext) {
  return spanGroups(body)
    .filter((group) => serviceOf(group)?.value.stringValue === innocent)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .filter(({ startTimeUnixNano }) => Number(startTimeUnixNano) / 1e6 > nowMs - 7 * minutes);
}

const spanName: Edit = (body, text, context) => {
  for (const span of youngSpans(body, context)) span.name = text;
};
const spanStatus: Edit = (body, text, context) => {
  for (const span of youngSpans(body, context)) span.status = { code: 2, message: text };
};
const spanAttribute: Edit = (body, text, context) => {
  for (const span of youngSpans(body, context)) {
    span.attributes.push(
      { key: 'exception.message', value: { stringValue: text } },
      { key: text.slice(0, 60), value: { stringValue: text } },
    );
  }
};
const spanService: Edit = (body, text, { innocent }) => {
  for (const group of spanGroups(body)) {
    const name = serviceOf(group);
    if (name?.value.stringValue === innocent) name.value.stringValue = text;
  }
};

/** In all manifests of an answer, the environment and configuration of the newest revision. */
function editManifests(body: Json, edit: (setting: { name: string; value: string }) => void): void {
  if (!Array.isArray(body['manifests'])) return;
  body['manifests'] = (body['manifests'] as string[]).map((manifest) => {
    const parsed = JSON.parse(manifest) as {
      data?: Record<string, string>;
      kind?: string;
      spec?: {
        template?: { spec?: { containers?: { env?: { name: string; value?: string }[]; image: string }[] } };
      };
    };
    for (const { env = [] } of parsed.spec?.template?.spec?.containers ?? [])
      for (const setting of env.slice(-2)) edit(setting as { name: string; value: string });
    if (parsed.kind === 'ConfigMap' && parsed.data !== undefined) {
      const settings = Object.entries(parsed.data).map(([name, value]) => ({ name, value }));
      for (const setting of settings.slice(-2)) edit(setting);
      parsed.data = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
    }
    return JSON.stringify(parsed);
  });
}

const metricLabel: Edit = (body, text) => {
  const { result = [], resultType } = (body['data'] ?? {}) as {
    result?: { metric: Json }[];
    resultType?: string;
  };
  if (resultType !== 'matrix') return;
  for (const { metric } of result.slice(0, 1))
    for (const label of ['service', 'pod', 'pool_name']) if (label in metric) metric[label] = text;
};

const ruleAnnotation: Edit = (body, text) => {
  const { alerts = [] } = (body['data'] ?? {}) as { alerts?: { annotations: Json; labels: Json }[] };
  for (const alert of alerts) {
    alert.annotations = { ...alert.annotations, summary: text, description: text };
    alert.labels['alertname'] = text;
  }
};

interface Edited {
  readonly source: 'loki' | 'jaeger' | 'argocd' | 'prometheus';
  /** Which answers: the beginning of the path, and what it holds. */
  readonly of: RegExp;
  readonly edit: Edit;
}

/** Places in the answers of sources; the others are in the alert, in cluster events and in changes that are told. */
export const editsByPlace: ReadonlyMap<Place, Edited> = new Map<Place, Edited>([
  ['log-line', { source: 'loki', of: /^\/loki\/.*query_range/, edit: logLine }],
  ['log-trace-id', { source: 'loki', of: /^\/loki\/.*query_range/, edit: logTraceId }],
  ['log-label', { source: 'loki', of: /^\/loki\/.*query_range/, edit: logLabel }],
  ['span-name', { source: 'jaeger', of: /^\/jaeger\//, edit: spanName }],
  ['span-status', { source: 'jaeger', of: /^\/jaeger\//, edit: spanStatus }],
  ['span-attribute', { source: 'jaeger', of: /^\/jaeger\//, edit: spanAttribute }],
  ['span-service', { source: 'jaeger', of: /^\/jaeger\//, edit: spanService }],
  [
    'commit-message',
    { source: 'argocd', of: /\/metadata$/, edit: (body, text) => Object.assign(body, { message: text }) },
  ],
  [
    'commit-author',
    { source: 'argocd', of: /\/metadata$/, edit: (body, text) => Object.assign(body, { author: text }) },
  ],
  [
    'application-name',
    {
      source: 'argocd',
      of: /\/applications$/,
      edit: (body, text) => {
        for (const { metadata } of body['items'] as { metadata: Json }[])
          metadata['name'] = text.replaceAll('{own}', String(metadata['name']));
      },
    },
  ],
  [
    'config-value',
    {
      source: 'argocd',
      of: /\/manifests$/,
      edit: (body, text) => editManifests(body, (setting) => Object.assign(setting, { value: text })),
    },
  ],
  [
    'config-name',
    {
      source: 'argocd',
      of: /\/manifests$/,
      edit: (body, text) => editManifests(body, (setting) => Object.assign(setting, { name: text })),
    },
  ],
  [
    'image',
    {
      source: 'argocd',
      of: /\/manifests$/,
      edit: (body, text) => {
        if (Array.isArray(body['manifests']))
          body['manifests'] = (body['manifests'] as string[]).map((each) =>
            each.replace(/"image":"/, `"image":"${JSON.stringify(text).slice(1, -1)}-`),
          );
      },
    },
  ],
  ['metric-label', { source: 'prometheus', of: /^\/prometheus\/.*query_range/, edit: metricLabel }],
  ['rule-annotation', { source: 'prometheus', of: /^\/prometheus\/.*alerts$/, edit: ruleAnnotation }],
]);

/** The answer of a source with everything planted that belongs into it. */
export function plantInto(
  path: string,
  text: string,
  plants: readonly Planting[],
  context: PlantContext,
): string {
  const edits = plants.flatMap(({ at, text: planted }) => {
    const found = editsByPlace.get(at);
    return found?.of.test(path) === true ? [{ ...found, planted: fillIn(planted, context) }] : [];
  });
  if (edits.length === 0) return text;
  const body = JSON.parse(text) as Json;
  for (const { edit, planted } of edits) edit(body, planted, context);
  return JSON.stringify(body);
}
