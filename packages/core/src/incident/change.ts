import * as z from 'zod';
import type { ConfigurationChange, DeploySignal } from '../connector/v1/signal.js';

/** A deploy, flag, migration or other change of one service, as CI or a person tells of it. */
export interface NewChange {
  /** The teller's own: the same again is the same change. @default a hash of the content */
  readonly id?: string;
  /** When it took effect, epoch milliseconds. */
  readonly timestampMs: number;
  readonly service: string;
  readonly namespace?: string;
  /** What people count in: `v2.4.1`, an image tag, a build number. */
  readonly version?: string;
  readonly previousVersion?: string;
  readonly summary?: string;
  readonly actor?: string;
  /** A page about it; http or https. */
  readonly url?: string;
  readonly changes: readonly ConfigurationChange[];
}

/** Counts of builds and values of settings come as numbers, too. */
const scalarSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const configurationChangeSchema = z.object({
  path: z.string(),
  before: scalarSchema.nullish(),
  after: scalarSchema.nullish(),
});

/** One item of `deploys.json` and of the body of `POST /changes`. */
export const changeSchema = z
  .object({
    id: z.string().min(1).nullish(),
    timestampMs: z.number().int().positive().max(8.64e15),
    service: z.string().min(1),
    namespace: z.string().nullish(),
    version: scalarSchema.nullish(),
    previousVersion: scalarSchema.nullish(),
    summary: z.string().nullish(),
    actor: z.string().nullish(),
    url: z.url({ protocol: /^https?$/ }).nullish(),
    changes: z.array(configurationChangeSchema).nullish(),
  })
  .transform(
    ({ timestampMs, service, changes, ...texts }): NewChange => ({
      timestampMs,
      service,
      ...given(texts),
      changes: (changes ?? []).map(({ path, before, after }) => ({
        path,
        before: before ?? null,
        after: after ?? null,
      })),
    }),
  );

/** The change as the signal of a connector; without a version, `revision` tells changes apart. */
export function toDeploySignal(
  change: NewChange,
  origin: Pick<DeploySignal, 'id' | 'connectorId' | 'queryId' | 'revision'>,
): DeploySignal {
  const { id: _id, changes, previousVersion, version, ...rest } = change;
  return {
    kind: 'deploys',
    ...origin,
    ...rest,
    timeUnixNano: `${change.timestampMs}000000`,
    ...given({ version, previousVersion, previousRevision: previousVersion }),
    ...(version === undefined ? {} : { revision: version }),
    changes: [...changes],
    phase: 'succeeded',
  };
}

/** Leaves out what is absent: a key that is present has a value. */
function given<Key extends string>(
  texts: { readonly [K in Key]?: string | null | undefined },
): {
  [K in Key]?: string;
} {
  const present = Object.entries(texts).filter(([, text]) => text !== undefined && text !== null);
  return Object.fromEntries(present) as { [K in Key]?: string };
}
