import type { ConfigurationChange, DeploySignal, Target, TimeWindow } from '@midwatch/core';
import { nanosecondsToMs } from '@midwatch/core/otlp';
import { eventSchema } from './datadog-schema.js';
import { isoToNanoseconds } from './iso-time.js';
import { toFlatAttributes, toTagMap, valueAt } from './tags.js';

/** One event that tells of a deploy or a change of one service. */
export interface DeployEvent {
  readonly id: string;
  readonly timestampMs: number;
  readonly timeNs: string;
  readonly service: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly version: string | undefined;
  readonly title: string;
  /** Nested attributes of the event. */
  readonly told: unknown;
  /** Not an event but the first requests of a version. */
  readonly fromMetrics?: boolean;
}

export interface PlacedEvent {
  readonly event: DeployEvent;
  /** The newest event before it of the same service with another version. */
  readonly previous: DeployEvent | undefined;
}

/** Reads an item of an answer: an event for each service it names, none where it names none, undefined where it is no event. */
export function createEventReader(
  window: TimeWindow,
  target: Target,
): (item: unknown) => readonly DeployEvent[] | undefined {
  return (value) => {
    const { data } = eventSchema.safeParse(value);
    const timeNs = data === undefined ? undefined : isoToNanoseconds(data.attributes.timestamp);
    if (data === undefined || timeNs === undefined) return undefined;
    const timestampMs = nanosecondsToMs(timeNs);
    if (timestampMs < window.startMs || timestampMs >= window.endMs) return [];
    const { attributes: told, message, tags: written } = data.attributes;
    const tags = toTagMap(written ?? []);
    const title = textOf(valueAt(told, 'title')) ?? message ?? '';
    const version = textOf(tags.get('version')) ?? textOf(valueAt(told, 'version'));
    const services = servicesOf(told, tags).filter(
      (name) => target.service === undefined || isSame(name, target.service),
    );
    return services.map((service) => ({
      id: data.id,
      timestampMs,
      timeNs,
      service,
      tags,
      version,
      title,
      told,
    }));
  };
}

/** Tags are in lower case. */
function isSame(name: string, wanted: string): boolean {
  return name === wanted || name.toLowerCase() === wanted.toLowerCase();
}

function servicesOf(told: unknown, tags: ReadonlyMap<string, string>): readonly string[] {
  const impacted = valueAt(told, 'impacted_resources');
  const named = (Array.isArray(impacted) ? impacted : []).flatMap((resource: unknown) =>
    valueAt(resource, 'type') === 'service' ? (textOf(valueAt(resource, 'name')) ?? []) : [],
  );
  if (named.length > 0) return [...new Set(named)];
  // An event without a service is given the word `undefined` by Datadog.
  const own = textOf(tags.get('service')) ?? textOf(valueAt(told, 'service'));
  return own === undefined || own === 'undefined' ? [] : [own];
}

/** Ascending events with the one before each. */
export function withPrevious(ascending: readonly DeployEvent[]): readonly PlacedEvent[] {
  const lastOf = new Map<string, DeployEvent[]>();
  return ascending.map((event) => {
    const earlier = lastOf.get(event.service) ?? [];
    const previous = earlier.findLast(({ version }) => version !== undefined && version !== event.version);
    if (event.version !== undefined) lastOf.set(event.service, [...earlier.slice(-1), event]);
    return { event, previous: event.version === undefined ? undefined : previous };
  });
}

/** The version that an event itself says it replaced. */
export function toldPrevious({ tags }: DeployEvent): string | undefined {
  return firstTag(tags, ['previous_version', 'version_before']);
}

export interface DeployFrame {
  readonly connectorId: string;
  readonly toId: (...parts: readonly string[]) => string;
  /** Which query brought an event, and a page that shows it. */
  readonly originOf: (event: DeployEvent) => { readonly queryId: string; readonly url: string };
}

const commitTags = ['git.commit.sha', 'git.commit', 'commit', 'sha', 'revision'] as const;
const MAX_SUMMARY_CHARACTERS = 300;
const MAX_CHANGES = 50;

export function toDeploySignal({ event, previous }: PlacedEvent, frame: DeployFrame): DeploySignal {
  const { id, service, tags, timeNs, timestampMs, title, told, version } = event;
  const revision = firstTag(tags, commitTags);
  const repository = toRepository(firstTag(tags, ['git.repository_url', 'repository', 'repo']));
  const previousVersion = toldPrevious(event) ?? previous?.version;
  const previousRevision = previous === undefined ? undefined : firstTag(previous.tags, commitTags);
  const namespace = textOf(tags.get('kube_namespace'));
  const actor =
    textOf(valueAt(told, 'author.name')) ??
    firstTag(tags, ['author', 'actor', 'deployed_by', 'user', 'git.commit.author.name']);
  const changeRequest = firstTag(tags, ['pull_request', 'pr', 'merge_request', 'git.pull_request.number']);
  return {
    kind: 'deploys',
    id: frame.toId(id, service),
    timestampMs,
    timeUnixNano: timeNs,
    connectorId: frame.connectorId,
    ...frame.originOf(event),
    service,
    ...(namespace === undefined ? {} : { namespace }),
    revision: revision ?? version ?? id,
    ...(previousRevision === undefined ? {} : { previousRevision }),
    ...(version === undefined ? {} : { version }),
    ...(previousVersion === undefined ? {} : { previousVersion }),
    ...(repository === undefined ? {} : { repository }),
    ...(revision === undefined ? {} : { sourceRevision: revision }),
    ...(title === '' ? {} : { summary: title.slice(0, MAX_SUMMARY_CHARACTERS) }),
    changes: changesOf(told),
    ...(actor === undefined ? {} : { actor }),
    ...(changeRequest === undefined ? {} : { changeRequest: `#${changeRequest.replace(/^#/, '')}` }),
    phase: phaseOf(valueAt(told, 'status')),
  };
}

function phaseOf(status: unknown): DeploySignal['phase'] {
  if (status === 'success' || status === 'ok') return 'succeeded';
  return status === 'error' || status === 'failure' ? 'failed' : 'unknown';
}

/** What a change event says was before and after, value by value. */
function changesOf(told: unknown): ConfigurationChange[] {
  const resource = textOf(valueAt(told, 'changed_resource.name')) ?? 'configuration';
  const before = toFlatAttributes(valueAt(told, 'prev_value'), new Map());
  const after = toFlatAttributes(valueAt(told, 'new_value'), new Map());
  const read = (values: typeof before, key: string) =>
    Object.hasOwn(values, key) ? String(values[key]) : null;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((key) => ({ path: `${resource}: ${key}`, before: read(before, key), after: read(after, key) }))
    .filter((change) => change.before !== change.after)
    .slice(0, MAX_CHANGES);
}

/** `owner/name` of an address of a repository. */
function toRepository(text: string | undefined): string | undefined {
  const [, path] =
    /^(?:[\w.+-]+@[^:/]+:|(?:https?|ssh|git):\/\/[^/]+\/|(?:[\w-]+\.)+[a-z]{2,}\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(
      text ?? '',
    ) ?? [];
  return path;
}

function firstTag(tags: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = textOf(tags.get(key));
    if (value !== undefined) return value;
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number'
      ? String(value)
      : undefined;
}
