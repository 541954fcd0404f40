import { type Release, releasesOf } from '../deploys/release.js';
import type { World } from '../engine/world.js';
import { type DatadogItem, ENVIRONMENT, type ItemReader, toIso, writeTags } from './datadog-item.js';

/** One change event for each release, as a pipeline posts it: version, commit, person, and the settings that changed. */
export function createDatadogEvents(world: World): ItemReader {
  const { nowMs } = world.run.clock;
  const items = world.run.topology.services
    .flatMap((service) => {
      const own = releasesOf(world.releases, service.name);
      return own.map((release, index) => toItem(world, release, own[index - 1]));
    })
    .filter(({ atMs }) => atMs <= nowMs)
    .sort((left, right) => left.atMs - right.atMs);
  return ({ startMs, endMs }) => items.filter(({ atMs }) => atMs >= startMs && atMs < endMs);
}

function toItem(world: World, release: Release, previous: Release | undefined): DatadogItem {
  const { author, changeRequest, config, deployedAtMs, revision, service, title, version } = release;
  const { cluster, namespace } = world.run.topology;
  const tags = new Map([
    ['env', ENVIRONMENT],
    ['git.commit.sha', revision],
    ['kube_cluster_name', cluster],
    ['kube_namespace', namespace],
    ['pull_request', String(changeRequest)],
    ['service', service],
    ['source', 'deploy'],
    ['version', version],
  ]);
  const told = `${service} ${version}: ${title}`;
  return {
    atMs: deployedAtMs,
    text: told,
    valuesOf: (key) => {
      if (key === '@evt.category') return ['change'];
      if (key === '@impacted_resources.name') return [service];
      const value = tags.get(key);
      return value === undefined ? [] : [value];
    },
    write: () => ({
      id: `AQ${revision.slice(0, 12)}-${service}`,
      type: 'event',
      attributes: {
        timestamp: toIso(deployedAtMs),
        message: release.note,
        tags: writeTags(tags),
        attributes: {
          evt: { category: 'change', id: revision.slice(0, 12) },
          title: told,
          status: 'success',
          service,
          timestamp: deployedAtMs,
          author: { name: author.name, type: 'user' },
          changed_resource: { name: `${service}-config`, type: 'configuration' },
          impacted_resources: [{ name: service, type: 'service' }],
          ...(previous !== undefined && {
            prev_value: changed(previous.config, config),
            new_value: changed(config, previous.config),
          }),
        },
      },
    }),
  };
}

/** The values of one that differ from the other's. */
function changed(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(one).filter(([key, value]) => other[key] !== value));
}
