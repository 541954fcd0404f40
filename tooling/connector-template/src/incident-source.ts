import type { IncidentSignal, SignalSourceV1 } from '@midwatch/core';
import * as z from 'zod';
import { askTarget, placeMoment } from './ask-target.js';
import { createListSource, type SourceInput } from './list-source.js';

const problemSchema = z.object({
  id: z.string(),
  at: z.number(),
  title: z.string(),
  rule: z.string(),
  service: z.string().nullish(),
  ended_at: z.number().nullish(),
});

/** What the vendor itself calls a problem, by the time at which it began. */
export function createIncidentSource(input: SourceInput): SignalSourceV1<'incidents'> {
  return createListSource<'incidents', z.infer<typeof problemSchema>>({
    ...input,
    kind: 'incidents',
    path: '/api/v1/problems',
    schema: problemSchema,
    place: placeMoment,
    ask: ({ target }) => askTarget(target),
    toSignal({ ended_at: endMs, rule, service, title }, origin): IncidentSignal {
      return {
        ...origin,
        title,
        reason: rule,
        ...(service ? { service } : {}),
        ...(typeof endMs === 'number' ? { state: 'resolved', endMs } : { state: 'firing' }),
      };
    },
  });
}
