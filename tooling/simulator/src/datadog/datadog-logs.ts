import type { World } from '../engine/world.js';
import type { LogRecord } from '../logs/log-record.js';
import type { LogStore } from '../logs/log-store.js';
import { MINUTE_MS } from '../traces/request-store.js';
import { type DatadogItem, type ItemReader, podTags, toDecimal, toIso, writeTags } from './datadog-item.js';

/** Log lines as Datadog keeps them: with the pod's tags, a status, and the ids that a tracer has written into them. */
export function createDatadogLogs(world: World, logs: LogStore): ItemReader {
  const tagsOf = new Map(world.pods.map((pod) => [pod.name, podTags(world, pod)]));

  function toItem(record: LogRecord, place: number): DatadogItem {
    const tags = tagsOf.get(record.pod) ?? new Map<string, string>();
    const { line, spanId, traceId } = record;
    // What no pipeline has found a level in is `info`.
    const status = record.level === 'unknown' ? 'info' : record.level;
    const ids = traceId === undefined ? [] : [traceId, toDecimal(traceId)];
    return {
      atMs: record.atMs,
      text: line,
      valuesOf: (key) => {
        if (key === 'status') return [status];
        if (key === 'trace_id' || key === '@dd.trace_id') return ids;
        const value = tags.get(key);
        return value === undefined ? [] : [value];
      },
      write: () => ({
        id: `AZ${Math.floor(record.atMs).toString(36)}-${place}-${record.pod}`,
        type: 'log',
        attributes: {
          timestamp: toIso(record.atMs),
          status,
          service: record.service,
          host: tags.get('kube_node'),
          message: line,
          tags: writeTags(tags),
          attributes:
            traceId === undefined
              ? {}
              : { dd: { trace_id: traceId, span_id: spanId === undefined ? undefined : toDecimal(spanId) } },
        },
      }),
    };
  }

  return ({ startMs, endMs }) => {
    const first = Math.max(Math.floor(startMs / MINUTE_MS), logs.firstMinute);
    const last = Math.min(Math.floor((endMs - 1) / MINUTE_MS), logs.lastMinute);
    const items: DatadogItem[] = [];
    for (let minute = first; minute <= last; minute += 1) {
      for (const [place, record] of logs.ofMinute(minute).entries()) {
        if (Math.floor(record.atMs) >= startMs && Math.floor(record.atMs) < endMs)
          items.push(toItem(record, place));
      }
    }
    return items;
  };
}
