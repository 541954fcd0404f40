import type { DeploySignal, SignalSourceV1 } from '@midwatch/core';
import * as z from 'zod';
import { askTarget, placeMoment } from './ask-target.js';
import { createListSource, type SourceInput } from './list-source.js';

const deploySchema = z.object({
  id: z.string(),
  at: z.number(),
  service: z.string(),
  commit: z.string(),
  previous_commit: z.string().nullish(),
  tag: z.string().nullish(),
  author: z.string().nullish(),
  ok: z.boolean().nullish(),
});

/** Deploys, by the time at which they took effect. What lies `between` two revisions it cannot tell. */
export function createDeploySource(input: SourceInput): SignalSourceV1<'deploys'> {
  return createListSource<'deploys', z.infer<typeof deploySchema>>({
    ...input,
    kind: 'deploys',
    path: '/api/v1/deploys',
    schema: deploySchema,
    place: placeMoment,
    ask: ({ target }) => askTarget(target),
    toSignal({ author, commit, ok, previous_commit: previous, service, tag }, origin): DeploySignal {
      return {
        ...origin,
        service,
        revision: commit,
        ...(previous ? { previousRevision: previous } : {}),
        ...(tag ? { version: tag } : {}),
        ...(author ? { actor: author } : {}),
        changes: [],
        phase: ok === true ? 'succeeded' : ok === false ? 'failed' : 'unknown',
      };
    },
  });
}
