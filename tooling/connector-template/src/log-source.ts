import { type LogLevel, type LogSignal, logLevels, type SignalSourceV1 } from '@midwatch/core';
import * as z from 'zod';
import { askTarget, placeMoment } from './ask-target.js';
import { createListSource, type SourceInput } from './list-source.js';

const logSchema = z.object({
  id: z.string(),
  at: z.number(),
  message: z.string(),
  level: z.string().nullish(),
  service: z.string().nullish(),
  trace_id: z.string().nullish(),
});

/** The vendor's words that are none of ours. */
const levelWords: ReadonlyMap<string, LogLevel> = new Map([
  ['warning', 'warn'],
  ['critical', 'fatal'],
  ['notice', 'info'],
]);

/** Log lines. */
export function createLogSource(input: SourceInput): SignalSourceV1<'logs'> {
  return createListSource<'logs', z.infer<typeof logSchema>>({
    ...input,
    kind: 'logs',
    path: '/api/v1/logs',
    schema: logSchema,
    place: placeMoment,
    ask({ contains = [], minLevel, target, traceIds }) {
      const { parameters, unsupported } = askTarget(target);
      return {
        parameters: { ...parameters, min_level: minLevel, trace_id: traceIds?.join(',') },
        unsupported: contains.length === 0 ? unsupported : [...unsupported, 'contains'],
      };
    },
    toSignal({ level, message, service, trace_id: traceId }, origin): LogSignal {
      const known = toLevel(level ?? '');
      return {
        ...origin,
        body: message,
        ...(known === undefined ? {} : { level: known }),
        ...(service ? { service } : {}),
        ...(traceId ? { traceId: traceId.toLowerCase() } : {}),
        attributes: {},
      };
    },
  });
}

function toLevel(word: string): LogLevel | undefined {
  const lower = word.toLowerCase();
  return logLevels.find((level) => level === lower) ?? levelWords.get(lower);
}
