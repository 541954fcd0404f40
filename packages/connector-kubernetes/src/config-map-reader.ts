import type { CallContextV1, ConnectorError, Gap } from '@midwatch/core';
import {
  type ConfigMap,
  changesSinceApplied,
  compareConfigMaps,
  configMapSchema,
  configMapsOf,
  lastWrite,
  replacedConfigMaps,
} from './config-map.js';
import type { KubernetesApi } from './kubernetes-api.js';
import { isObjectName } from './object-schema.js';
import type { RankedChange } from './ranked-changes.js';
import type { Rollout } from './rollout-history.js';
import { partGap, toFailure } from './settle-parts.js';
import type { Workload } from './workload.js';

/** A ConfigMap of a workload that was written without a rollout. */
export interface WrittenConfigMap {
  readonly workload: Workload;
  readonly configMap: ConfigMap;
  readonly timestampMs: number;
  readonly manager: string | undefined;
  readonly changes: readonly RankedChange[];
}

export interface ConfigMapReader {
  /** What changed inside the generated ConfigMaps that a rollout replaced. */
  replacedBy(workload: Workload, rollout: Rollout): Promise<readonly RankedChange[]>;
  /** The ConfigMaps that the current template of a workload names, with when they were written. */
  writtenFor(workload: Workload, template: unknown): Promise<readonly WrittenConfigMap[]>;
  gaps(): readonly Gap[];
}

/** Of one answer; each is a request. */
const MAX_READ = 8;

export function createConfigMapReader(api: KubernetesApi, call: CallContextV1): ConfigMapReader {
  const asked = new Map<string, Promise<ConfigMap | undefined>>();
  let failure: ConnectorError | undefined;
  let omitted = 0;

  async function readOne(namespace: string, name: string): Promise<ConfigMap | undefined> {
    if (!isObjectName(namespace) || !isObjectName(name)) return undefined;
    try {
      const path = '/api/v1/namespaces/{namespace}/configmaps/{name}';
      return await api.read(path, { namespace, name }, configMapSchema, call);
    } catch (error) {
      failure = toFailure(error);
      return undefined;
    }
  }

  function read(namespace: string, name: string): Promise<ConfigMap | undefined> {
    const key = `${namespace}/${name}`;
    const known = asked.get(key);
    if (known !== undefined) return known;
    if (asked.size >= MAX_READ) {
      omitted += 1;
      return Promise.resolve(undefined);
    }
    const reading = readOne(namespace, name);
    asked.set(key, reading);
    return reading;
  }

  return {
    async replacedBy({ namespace }, { revision, previous }) {
      const pairs =
        previous === undefined ? [] : replacedConfigMaps(previous.revision.template, revision.template);
      const compared = await Promise.all(
        pairs.map(async ({ before, after }) => {
          const [old, now] = await Promise.all([read(namespace, before), read(namespace, after)]);
          // One that is gone tells nothing about what it held.
          return old === undefined || now === undefined ? [] : compareConfigMaps(after, old.data, now.data);
        }),
      );
      return compared.flat();
    },
    async writtenFor(workload, template) {
      const reading = configMapsOf(template).map((name) => read(workload.namespace, name));
      return (await Promise.all(reading)).flatMap((configMap): WrittenConfigMap[] => {
        const written = configMap === undefined ? undefined : lastWrite(configMap);
        if (configMap === undefined || written === undefined) return [];
        const changes = changesSinceApplied(configMap);
        return [{ workload, configMap, timestampMs: written.atMs, manager: written.manager, changes }];
      });
    },
    gaps() {
      const gaps: Gap[] = failure === undefined ? [] : [partGap('ConfigMaps', failure)];
      if (omitted > 0) {
        gaps.push({
          reason: 'row-limit',
          missing: { count: omitted, exact: true },
          detail: 'further ConfigMaps',
        });
      }
      return gaps;
    },
  };
}
