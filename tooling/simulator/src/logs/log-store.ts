import { tickAt, timeOfTick } from '../engine/clock.js';
import { createRandom, hashText, noiseAt } from '../engine/random.js';
import { killsOf, silentFromOf } from '../engine/resource-effect.js';
import { isAlive, type Pod } from '../engine/rollout.js';
import { findService } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import { MINUTE_MS, type RequestStore } from '../traces/request-store.js';
import type { PlacedVisit } from '../traces/trace-builder.js';
import { HABITS } from './background.js';
import { formatLine, type LineContext } from './log-format.js';
import type { LogRecord, Statement } from './log-record.js';
import { disturbanceStatement, visitStatements } from './visit-statements.js';

/** Log lines by minute, in time order, made when first asked for. */
export interface LogStore {
  readonly firstMinute: number;
  readonly lastMinute: number;
  readonly ofMinute: (minute: number) => readonly LogRecord[];
}

/** A request that began this many minutes ago may still write lines. */
const LONGEST_REQUEST_MINUTES = 1;
/** After its container was killed. */
const TICKS_TO_START = 2;

export function createLogStore(world: World, requests: RequestStore): LogStore {
  const { clock } = world.run;
  const known = new Map<number, readonly LogRecord[]>();
  const planted = plantFailureLines(world, requests);
  const rollouts = rolloutLines(world);

  function write(minute: number): readonly LogRecord[] {
    const records: LogRecord[] = [...background(world, minute), ...chatter(world, minute)];
    for (let back = 0; back <= LONGEST_REQUEST_MINUTES; back += 1) {
      for (const request of requests.ofMinute(minute - back)) {
        for (const placed of request.visits) records.push(...requestLines(world, placed, planted.kept));
      }
    }
    records.push(...planted.extra, ...rollouts);
    const [startMs, endMs] = [minute * MINUTE_MS, (minute + 1) * MINUTE_MS];
    return records
      .filter(({ atMs }) => atMs >= startMs && atMs < endMs && atMs >= clock.startMs && atMs < clock.nowMs)
      .sort((left, right) => left.atMs - right.atMs);
  }

  return {
    firstMinute: requests.firstMinute,
    lastMinute: requests.lastMinute,
    ofMinute: (minute) => {
      const written = known.get(minute) ?? write(minute);
      known.set(minute, written);
      return written;
    },
  };
}

function toRecord(world: World, pod: Pod, statement: Statement, context: LineContext): LogRecord {
  const { logStyle, trade } = findService(world.run.topology, pod.service);
  const logger = logStyle === 'java' ? `com.example.${trade}.Main` : `${trade}.main`;
  const { atMs, traceId, spanId } = context;
  return {
    atMs,
    service: pod.service,
    pod: pod.name,
    level: logStyle === 'proxy' && statement.level === 'info' ? 'unknown' : statement.level,
    line: formatLine(logStyle, logger, statement, context),
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
  };
}

/** Lines of one recorded request; of those that tell of the story's fault only the chosen ones. */
function requestLines(world: World, placed: PlacedVisit, kept: ReadonlySet<string>): LogRecord[] {
  const { traceId, spanId, pod } = placed;
  const { failureLines } = world.story;
  return visitStatements(world, placed)
    .filter(
      ({ atMs, disturbanceId }) =>
        disturbanceId === undefined ||
        disturbanceId !== failureLines?.disturbanceId ||
        kept.has(spanId) ||
        atMs >= (failureLines.untilMs ?? Number.POSITIVE_INFINITY),
    )
    .map(({ atMs, statement }) => toRecord(world, pod, statement, { atMs, traceId, spanId }));
}

interface PlantedLines {
  /** Spans whose failure is logged. */
  readonly kept: ReadonlySet<string>;
  /** Lines of requests that tracing did not record. */
  readonly extra: readonly LogRecord[];
}

/**
 * Sees to it that the story's failure stands in the logs exactly as often as told: once for each recorded request that
 * met it, and for the rest from requests that tracing left out (services log such a failure only now and then).
 */
function plantFailureLines(world: World, requests: RequestStore): PlantedLines {
  const { failureLines, onsetMs, truth } = world.story;
  const { clock } = world.run;
  if (failureLines === undefined || truth.service === undefined) return { kept: new Set(), extra: [] };
  const { service } = truth;
  const { untilMs = clock.nowMs } = failureLines;
  const told: { spanId: string; atMs: number }[] = [];
  const firstMinute = Math.floor(onsetMs / MINUTE_MS) - LONGEST_REQUEST_MINUTES;
  for (let minute = firstMinute; minute <= Math.min(requests.lastMinute, untilMs / MINUTE_MS); minute += 1) {
    for (const { visits } of requests.ofMinute(minute)) {
      for (const placed of visits) {
        const { failure } = placed.visit;
        if (failure?.own !== true || failure.disturbanceId !== failureLines.disturbanceId) continue;
        told.push({ spanId: placed.spanId, atMs: placed.requestStartMs + failure.atMs });
      }
    }
  }
  const inTime = told
    .filter(({ atMs }) => atMs >= onsetMs && atMs < untilMs)
    .sort((left, right) => left.atMs - right.atMs)
    .slice(0, failureLines.count);
  const random = createRandom(world.seed, 'failure-lines');
  const missing = failureLines.count - inTime.length;
  const firstMs = Math.min(...inTime.map(({ atMs }) => atMs), onsetMs + 15_000);
  const extra = Array.from({ length: missing }, (_, index) => {
    const share = (index + random.next()) / missing;
    const atMs = firstMs + share * (untilMs - firstMs - 1000);
    const pods = world.pods.filter((pod) => pod.service === service && isAlive(pod, tickAt(clock, atMs)));
    const statement = disturbanceStatement(world, failureLines.disturbanceId, service, atMs);
    const context = { atMs, traceId: random.hex(32), spanId: random.hex(16) };
    return toRecord(world, random.pick(pods), statement, context);
  });
  return { kept: new Set(inTime.map(({ spanId }) => spanId)), extra };
}

function background(world: World, minute: number): LogRecord[] {
  const { clock, topology } = world.run;
  const tick = tickAt(clock, minute * MINUTE_MS);
  return topology.services.flatMap((service) => {
    const random = createRandom(world.seed, 'background', service.name, minute);
    const pods = world.pods.filter((pod) => pod.service === service.name && isAlive(pod, tick));
    const silentTick = silentFromOf(world.story.resources ?? [], service.name);
    const silentMs = silentTick === Number.POSITIVE_INFINITY ? silentTick : timeOfTick(clock, silentTick);
    return HABITS[service.trade].flatMap((habit) => {
      const count = Math.floor(habit.perMinute) + (random.chance(habit.perMinute % 1) ? 1 : 0);
      const lines = Array.from({ length: count }, () => {
        const context = { atMs: (minute + random.next()) * MINUTE_MS };
        return toRecord(world, random.pick(pods), habit.say(random), context);
      });
      return lines.filter(({ atMs }) => atMs < silentMs);
    });
  });
}

/** What is said only while the story says so; each kind of line from its own chance, so that none moves another. */
function chatter(world: World, minute: number): LogRecord[] {
  const { clock } = world.run;
  return (world.story.chatter ?? []).flatMap(({ service, perMinute, say }, index) => {
    const random = createRandom(world.seed, 'chatter', index, minute);
    const expected = perMinute((minute + 0.5) * MINUTE_MS);
    const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
    return Array.from({ length: count }, () => {
      const atMs = (minute + random.next()) * MINUTE_MS;
      const tick = tickAt(clock, atMs);
      const pods = world.pods.filter((pod) => pod.service === service && isAlive(pod, tick));
      return toRecord(world, random.pick(pods), say(random), { atMs });
    });
  });
}

/** Each pod says when it starts and when it is told to stop. */
function rolloutLines(world: World): LogRecord[] {
  const { clock } = world.run;
  return world.pods.flatMap((pod) => {
    const jitterMs = noiseAt(hashText(pod.name), 3) * 9000;
    const records: LogRecord[] = [];
    if (pod.fromTick > 0) {
      const message = `starting ${pod.service} ${pod.release.version}`;
      const atMs = timeOfTick(clock, pod.fromTick) + jitterMs;
      records.push(toRecord(world, pod, { level: 'info', message }, { atMs }));
    }
    for (const kill of killsOf(world.story.resources ?? [], pod)) {
      const message = `starting ${pod.service} ${pod.release.version}`;
      const atMs = timeOfTick(clock, kill + TICKS_TO_START) + jitterMs;
      records.push(toRecord(world, pod, { level: 'info', message }, { atMs }));
    }
    if (pod.toTick <= clock.ticks) {
      const atMs = timeOfTick(clock, pod.toTick) - 1000 - jitterMs / 2;
      records.push(
        toRecord(
          world,
          pod,
          { level: 'info', message: 'shutting down: terminated by the cluster' },
          { atMs },
        ),
      );
    }
    return records;
  });
}
