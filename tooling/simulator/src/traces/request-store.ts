import { tickAt, timeOfTick } from '../engine/clock.js';
import { createRandom } from '../engine/random.js';
import { simulateRequest } from '../engine/request.js';
import { findOperation } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import { type RecordedRequest, recordRequest } from './trace-builder.js';

export const MINUTE_MS = 60_000;
/** Requests recorded in a minute of quiet traffic; tracing and request logs are sampled alike. */
const RECORDED_PER_QUIET_MINUTE = 14;

/** Recorded requests by the minute in which they began, made when first asked for. */
export interface RequestStore {
  readonly firstMinute: number;
  readonly lastMinute: number;
  readonly ofMinute: (minute: number) => readonly RecordedRequest[];
}

export function createRequestStore(world: World): RequestStore {
  const { clock, topology, operations } = world.run;
  const podsByService = new Map(
    topology.services.map((service) => [
      service.name,
      world.pods.filter((pod) => pod.service === service.name),
    ]),
  );
  const quietRates = topology.entries.map((entry) => operations.get(entry.operation)?.rate[1] ?? 0);
  const quietRate = quietRates.reduce((sum, rate) => sum + rate, 0);
  const known = new Map<number, readonly RecordedRequest[]>();

  function record(minute: number): readonly RecordedRequest[] {
    const random = createRandom(world.seed, 'requests', minute);
    const requests: RecordedRequest[] = [];
    for (const entry of topology.entries) {
      const operation = findOperation(topology, entry.operation);
      const rate = operations.get(entry.operation)?.rate[tickAt(clock, (minute + 0.5) * MINUTE_MS)] ?? 0;
      const expected = (RECORDED_PER_QUIET_MINUTE * rate) / quietRate;
      const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
      for (let index = 0; index < count; index += 1) {
        const startMs = minute * MINUTE_MS + random.next() * MINUTE_MS;
        const tick = tickAt(clock, startMs);
        const visit = simulateRequest(operation, 0, world.run.momentAt(tick), random);
        const request = recordRequest(visit, startMs, tick, podsByService, random);
        // What has not ended by now has not been exported.
        if (startMs >= clock.startMs && request.trace.endMs < clock.nowMs) requests.push(request);
      }
    }
    return requests.sort((left, right) => left.trace.startMs - right.trace.startMs);
  }

  return {
    firstMinute: Math.floor(clock.startMs / MINUTE_MS),
    lastMinute: Math.floor((timeOfTick(clock, clock.ticks) - 1) / MINUTE_MS),
    ofMinute: (minute) => {
      const recorded = known.get(minute) ?? record(minute);
      known.set(minute, recorded);
      return recorded;
    },
  };
}
