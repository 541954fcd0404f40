import type { LearnedAlias } from '../incident/collection.js';
import type { ServiceIdentity } from '../plan/service-identity.js';
import { type GatheredNames, keyOfUse, type NameUse } from './gather-names.js';
import { registerWorkloads, type Workload, type WorkloadName } from './workload-register.js';

/** What the names of one collection come to. */
export interface LearnedNames {
  /** Those of most signals first. */
  readonly aliases: readonly LearnedAlias[];
  /** Of these, the ones that signals had. */
  readonly renaming: readonly LearnedAlias[];
  /** Other names that a service is known to have, the likeliest first: to ask a backend by that knows none of its own. */
  readonly otherNames: ReadonlyMap<string, readonly string[]>;
}

export interface LearnInput {
  readonly gathered: GatheredNames;
  readonly services: readonly ServiceIdentity[];
  /** What the alert calls it: that name stays. */
  readonly asked: string | undefined;
}

/**
 * Names that different backends have for one workload, as one service's. A name is accepted only when all that was read puts it at
 * this one workload, and a configured name always stands: telemetry is hostile, and whoever writes a label or a service
 * name into it may keep two names apart, but may not take another service's.
 */
export function learnNames({ gathered, services, asked }: LearnInput): LearnedNames {
  const { workloads, unclear } = registerWorkloads(gathered);
  const judge = createJudge(gathered, workloads, unclear);
  const configuration = readConfiguration(services);
  const aliases: (LearnedAlias & { readonly signals: number })[] = [];
  const otherNames = new Map<string, readonly string[]>();
  for (const workload of workloads) {
    const names = [...workload.names].filter(([name]) => judge.isOf(name, workload));
    const service = chooseService(workload, names, { configuration, asked, judge });
    if (service === undefined) continue;
    const others = names.filter(([name]) => name !== service && !configuration.names.has(name));
    if (others.length > 0) otherNames.set(service, likeliestFirst(others));
    for (const [alias, known] of others) {
      for (const use of judge.usesOf(alias)) {
        const { connectorId, signals } = use;
        const isFixed = configuration.fixed.has(keyOfUse(connectorId, service));
        if (isFixed || !judge.mayRename(use, known, workload, service)) continue;
        const place = workload.namespace === '' ? workload.name : `${workload.namespace}/${workload.name}`;
        const reason = `both are ${place}: ${alias} by ${sourceOf(known)}, ${service} by ${
          configuration.names.has(service) ? 'the configuration' : sourceOf(workload.names.get(service))
        }`;
        aliases.push({ connectorId, alias, service, workload: place, reason, signals });
      }
    }
  }
  const sorted = aliases.sort(
    (one, other) =>
      other.signals - one.signals ||
      compare(one.service, other.service) ||
      compare(one.connectorId, other.connectorId) ||
      compare(one.alias, other.alias),
  );
  const toAlias = ({ signals: _, ...alias }: (typeof sorted)[number]): LearnedAlias => alias;
  const renaming = sorted.filter(({ signals }) => signals > 0).map(toAlias);
  return { aliases: sorted.map(toAlias), renaming, otherNames };
}

function sourceOf(known: WorkloadName | undefined): string {
  return known?.toldBy ?? 'where its signals come from';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

interface Judge {
  /** Whether the name is this workload's and no other's. */
  isOf(name: string, workload: Workload): boolean;
  usesOf(name: string): readonly NameUse[];
  /** Where nothing but its signals' place gives a name: the same connector has no other name there. */
  isOnlySeenName(use: NameUse, workload: Workload): boolean;
  mayRename(use: NameUse, known: WorkloadName, workload: Workload, service: string): boolean;
}

function createJudge(
  { uses }: GatheredNames,
  workloads: readonly Workload[],
  unclear: ReadonlySet<NameUse>,
): Judge {
  const usesOfName = new Map<string, NameUse[]>();
  for (const use of uses.values()) {
    const known = usesOfName.get(use.name);
    if (known === undefined) usesOfName.set(use.name, [use]);
    else known.push(use);
  }
  const strong = new Map<string, Workload | null>();
  const weak = new Map<string, Workload | null>();
  const seenNames = new Map<Workload, Map<string, number>>();
  for (const workload of workloads) {
    const seen = new Map<string, number>();
    seenNames.set(workload, seen);
    for (const [name, { isStrong, uses: usesHere }] of workload.names) {
      const owners = isStrong ? strong : weak;
      owners.set(name, owners.has(name) ? null : workload);
      for (const { connectorId } of usesHere) seen.set(connectorId, (seen.get(connectorId) ?? 0) + 1);
    }
  }
  const usesOf = (name: string) => usesOfName.get(name) ?? [];
  const isAt = (use: NameUse, name: WorkloadName | undefined) => name?.uses.has(use) === true;
  const isOnlySeenName = (use: NameUse, workload: Workload) =>
    seenNames.get(workload)?.get(use.connectorId) === 1;

  return {
    isOf(name, workload) {
      const owner = strong.has(name) ? strong.get(name) : weak.get(name);
      if (owner !== workload) return false;
      return usesOf(name).every(
        (use) =>
          !unclear.has(use) &&
          (workload.namespace === '' || [...use.namespaces].every((one) => one === workload.namespace)),
      );
    },
    usesOf,
    isOnlySeenName,
    mayRename(use, known, workload, service) {
      const same = uses.get(keyOfUse(use.connectorId, service));
      // A backend that tells the two apart is believed.
      if (same !== undefined && !isAt(same, workload.names.get(service))) return false;
      if (known.toldBy !== undefined) return true;
      return (
        isAt(use, known) &&
        isOnlySeenName(use, workload) &&
        usesOf(use.name).every((other) => isAt(other, known))
      );
    },
  };
}

interface Configuration {
  readonly names: ReadonlySet<string>;
  /** By Argo CD's application; `null` where two services give the same. */
  readonly byApplication: ReadonlyMap<string, string | null>;
  readonly namespaces: ReadonlyMap<string, string>;
  /** Connector and service: what that connector calls it is written down. */
  readonly fixed: ReadonlySet<string>;
}

function readConfiguration(services: readonly ServiceIdentity[]): Configuration {
  const byApplication = new Map<string, string | null>();
  for (const { name, argocdApp } of services)
    if (argocdApp !== undefined) byApplication.set(argocdApp, byApplication.has(argocdApp) ? null : name);
  return {
    names: new Set(services.map(({ name }) => name)),
    byApplication,
    namespaces: new Map(
      services.flatMap(({ name, namespace }) => (namespace === undefined ? [] : [[name, namespace]])),
    ),
    fixed: new Set(
      services.flatMap(({ name, aliases = {} }) => Object.keys(aliases).map((id) => keyOfUse(id, name))),
    ),
  };
}

type Named = readonly (readonly [string, WorkloadName])[];

/** The name that stays: a configured one, the alert's, that of the traces, which calls are told by, else the likeliest. */
function chooseService(
  workload: Workload,
  names: Named,
  given: { configuration: Configuration; asked: string | undefined; judge: Judge },
): string | undefined {
  const { configuration, asked, judge } = given;
  const configured = new Set(
    names.flatMap(([name]) => {
      const service = configuration.names.has(name) ? name : configuration.byApplication.get(name);
      return service === undefined ? [] : [service];
    }),
  );
  if (configured.size > 0) {
    const [service] = configured;
    if (configured.size > 1 || service == null) return undefined;
    const namespace = configuration.namespaces.get(service);
    const isElsewhere =
      namespace !== undefined && workload.namespace !== '' && namespace !== workload.namespace;
    const isFree =
      judge.isOf(service, workload) || judge.usesOf(service).every(({ places }) => places.size === 0);
    return isElsewhere || !isFree ? undefined : service;
  }
  const sound = names.filter(
    ([, { toldBy, uses }]) =>
      toldBy !== undefined || [...uses].every((use) => judge.isOnlySeenName(use, workload)),
  );
  // Another name would part the alert from its service.
  if (names.some(([name]) => name === asked))
    return sound.some(([name]) => name === asked) ? asked : undefined;
  const traced = sound.filter(([name]) => judge.usesOf(name).some(({ isTraced }) => isTraced));
  const used = sound.filter(([name]) => judge.usesOf(name).length > 0);
  return likeliestFirst(traced.length > 0 ? traced : used)[0];
}

function likeliestFirst(names: Named): string[] {
  return [...names]
    .sort(
      ([one, { uses, isStrong }], [other, known]) =>
        known.uses.size - uses.size ||
        Number(known.isStrong) - Number(isStrong) ||
        one.length - other.length ||
        compare(one, other),
    )
    .map(([name]) => name);
}
