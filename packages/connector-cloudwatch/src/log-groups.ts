import type { CallContextV1, Gap, Target } from '@midwatch/core';
import type { AwsApi } from './aws-api.js';
import { logGroupsSchema } from './cloudwatch-schema.js';
import { fillPattern, isGroupNamePart, matchesPattern, namesService } from './log-group-names.js';
import { isWhole, repeatGap } from './read-lines.js';
import { createMemory } from './remember.js';

export interface LogGroupOptions {
  /**
   * Names of log groups, with `{service}`, `{namespace}`, `{cluster}`, `{environment}` and `*`. A name without
   * `{service}` is shared by services: its lines are chosen by `serviceFields`.
   */
  readonly logGroups?: readonly string[] | undefined;
  /** Services whose groups no pattern tells: their groups by exact name. */
  readonly serviceLogGroups?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Where the lines of a target are. */
export interface LogGroups {
  /** Hold lines of the service alone. */
  readonly own: readonly string[];
  /** Hold lines of many services. */
  readonly shared: readonly string[];
  /** Found, but more than one query can read. */
  readonly left: number;
  /** What was asked to find them. */
  readonly lookup: string;
  /** That there are more than were listed. */
  readonly gaps: readonly Gap[];
}

interface ListedGroups {
  readonly names: readonly string[];
  readonly gaps: readonly Gap[];
}

/** One query reads at most 50 groups. */
const MAX_GROUPS = 50;
/** A page has 50 groups. */
const MAX_PAGES = 4;

/** The application logs of Kubernetes, as Container Insights' agents write them. */
const CONTAINER_INSIGHTS = '/aws/containerinsights/*/application';

export interface LogGroupFinder {
  find(target: Target, call: CallContextV1): Promise<LogGroups>;
  /** The service that a group is named for by the options. */
  ownerOf(group: string): string | undefined;
}

export function createLogGroupFinder(api: AwsApi<'logs'>, options: LogGroupOptions): LogGroupFinder {
  const memory = createMemory<LogGroups>(
    ({ gaps, own, shared }) => own.length + shared.length > 0 && isWhole(gaps),
  );

  async function list(
    by: { readonly logGroupNamePrefix: string } | { readonly logGroupNamePattern: string },
    call: CallContextV1,
  ): Promise<ListedGroups> {
    const names: string[] = [];
    const seen = new Set<string>();
    let nextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const request = { ...by, limit: 50, ...(nextToken === undefined ? {} : { nextToken }) };
      const answer = await api.ask('DescribeLogGroups', request, logGroupsSchema, call);
      names.push(...answer.logGroups.map(({ logGroupName }) => logGroupName));
      const next = answer.nextToken ?? undefined;
      if (next === undefined) return { names, gaps: [] };
      if (seen.has(next)) return { names, gaps: [repeatGap()] };
      seen.add(next);
      nextToken = next;
    }
    return { names, gaps: [{ reason: 'unmapped-target', detail: 'more log groups than are listed' }] };
  }

  async function listPattern(pattern: string, call: CallContextV1): Promise<ListedGroups> {
    const prefix = pattern.split('*', 1)[0] ?? '';
    const by = prefix === '' ? { logGroupNamePattern: longestPart(pattern) } : { logGroupNamePrefix: prefix };
    const { gaps, names } = await list(by, call);
    return { names: names.filter((name) => matchesPattern(name, pattern)), gaps };
  }

  async function search(target: Target, call: CallContextV1): Promise<LogGroups> {
    const patterns = options.logGroups ?? [CONTAINER_INSIGHTS];
    const filled = patterns.map((pattern) => ({
      isOwn: pattern.includes('{service}'),
      pattern: fillPattern(pattern, target),
    }));
    const { service } = target;
    const isSearched = options.logGroups === undefined && service !== undefined && isGroupNamePart(service);
    const nothing: ListedGroups = { names: [], gaps: [] };
    const [byName = nothing, ...byPattern] = await allEnded([
      isSearched ? list({ logGroupNamePattern: service }, call) : Promise.resolve(nothing),
      ...filled.map(({ pattern }) => listPattern(pattern, call)),
    ]);
    const own = new Set(
      byName.names.filter((name) => service !== undefined && namesService(name, service, target)),
    );
    const shared = new Set<string>();
    for (const [index, { names }] of byPattern.entries()) {
      // Of a service that was not asked for, all groups are of many.
      const isOwn = filled[index]?.isOwn === true && service !== undefined;
      const isDefault = options.logGroups === undefined;
      for (const name of isDefault ? ofCluster(names, target) : names) (isOwn ? own : shared).add(name);
    }
    const lookup = [...(isSearched ? [`*${service}*`] : []), ...filled.map(({ pattern }) => pattern)];
    return limited(
      [...own],
      [...shared].filter((name) => !own.has(name)),
      lookup,
      [byName, ...byPattern].flatMap(({ gaps }) => gaps),
    );
  }

  return {
    async find(target, call) {
      const { service } = target;
      const given = options.serviceLogGroups;
      if (service !== undefined && given !== undefined && Object.hasOwn(given, service)) {
        return limited(given[service] ?? [], [], ['option `serviceLogGroups`']);
      }
      const key = JSON.stringify([service, target.namespace, target.cluster, target.environment]);
      const found = await memory.recall(key, () => search(target, call), call);
      // Everything includes the groups that are given for single services.
      if (service !== undefined || given === undefined) return found;
      const all = new Set([...found.shared, ...Object.values(given).flat()]);
      return limited([], [...all], [found.lookup], found.gaps);
    },
    ownerOf(group) {
      const entry = Object.entries(options.serviceLogGroups ?? {}).find(([, names]) => names.includes(group));
      if (entry !== undefined) return entry[0];
      const isNamed = (options.logGroups ?? []).some(
        (pattern) => pattern.endsWith('/{service}') && matchesPattern(group, fillPattern(pattern, {})),
      );
      return isNamed ? group.slice(group.lastIndexOf('/') + 1) : undefined;
    },
  };
}

/** Rejects when one does, but only after all have ended: none is left behind. */
async function allEnded<T>(all: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}

function limited(
  own: readonly string[],
  shared: readonly string[],
  lookup: readonly string[],
  gaps: readonly Gap[] = [],
): LogGroups {
  const kept = own.slice(0, MAX_GROUPS);
  const keptShared = shared.slice(0, MAX_GROUPS - kept.length);
  return {
    own: kept,
    shared: keptShared,
    left: own.length + shared.length - kept.length - keptShared.length,
    lookup: `DescribeLogGroups ${lookup.join(', ')}`,
    gaps,
  };
}

/** Clusters have other names in alerts at times: the groups of the one asked for, or all when it has none. */
function ofCluster(names: readonly string[], { cluster }: Target): readonly string[] {
  const own = names.filter((name) => cluster !== undefined && name.split('/').includes(cluster));
  return own.length === 0 ? names : own;
}

function longestPart(pattern: string): string {
  return pattern.split('*').toSorted((a, b) => b.length - a.length)[0] ?? '';
}

export function groupGaps(groups: LogGroups): readonly Gap[] {
  if (groups.own.length + groups.shared.length === 0) {
    const detail = 'no log group is named after it or shared: name them by `logGroups` or `serviceLogGroups`';
    return [...groups.gaps, { reason: 'unmapped-target', detail }];
  }
  if (groups.left === 0) return groups.gaps;
  const detail = 'a query reads 50 log groups, and there are more';
  const missing = { count: groups.left, exact: false };
  return [...groups.gaps, { reason: 'unmapped-target', missing, detail }];
}
