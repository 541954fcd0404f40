import type { Failure } from '../engine/disturbance.js';
import { poolLimitAt } from '../engine/pool.js';
import { hashText, noiseAt } from '../engine/random.js';
import type { Visit, VisitFailure } from '../engine/request.js';
import { findOperation, findService, type Trade } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import type { PlacedVisit } from '../traces/trace-builder.js';
import type { Statement } from './log-record.js';

/** A statement at its time; `disturbanceId` marks the line that tells of a disturbance itself. */
export interface TimedStatement {
  readonly atMs: number;
  readonly statement: Statement;
  readonly disturbanceId?: string;
}

const SLOW_MS = 1000;

/** What a service says about one request that it served. */
export function visitStatements(world: World, placed: PlacedVisit): TimedStatement[] {
  const { visit, requestStartMs } = placed;
  const { trade } = findService(world.run.topology, visit.operation.service);
  const endMs = requestStartMs + visit.startMs + visit.durationMs;
  const said: TimedStatement[] = [];
  if (visit.failure !== undefined) said.push(failureStatement(world, placed, visit.failure, trade));
  const done = doneStatement(world, placed, trade);
  if (done === undefined) return said;
  if (trade === 'front' && visit.durationMs > SLOW_MS) {
    said.push({ atMs: endMs, statement: { ...done, level: 'warn', message: 'slow request' } });
  }
  said.push({ atMs: endMs, statement: done });
  return said;
}

function doneStatement(world: World, { visit, subject }: PlacedVisit, trade: Trade): Statement | undefined {
  const { operation, status } = visit;
  const tookMs = Math.round(visit.durationMs);
  if (trade === 'front') {
    // The call it got to: the last one made, or the one that could not be made.
    const next = visit.failure?.own === true ? operation.calls[visit.calls.length] : undefined;
    const called = visit.calls.at(-1)?.callee.service;
    const upstream = next === undefined ? called : findOperation(world.run.topology, next.to).service;
    const path = operation.route.replace('{id}', String(subject));
    const fields = {
      method: operation.method,
      path,
      status,
      duration_ms: tookMs,
      ...(upstream !== undefined && { upstream }),
    };
    return { level: status >= 500 ? 'warn' : 'info', message: 'request completed', fields };
  }
  if (visit.failure !== undefined || trade === 'database') return undefined;
  return { level: tookMs > SLOW_MS ? 'warn' : 'info', ...doneWords(visit, subject, tookMs, trade) };
}

function doneWords(visit: Visit, subject: number, tookMs: number, trade: Trade): Omit<Statement, 'level'> {
  const { id } = visit.operation;
  if (trade === 'accounts') {
    const message =
      id === 'open-session' ? 'session opened' : id === 'read-address' ? 'address loaded' : 'user loaded';
    return { message, fields: { user_id: subject, duration: `${tookMs}ms` } };
  }
  if (trade === 'orders') {
    return {
      message:
        id === 'create-order'
          ? `Order ${subject} accepted in ${tookMs} ms`
          : `Order ${subject} loaded in ${tookMs} ms`,
    };
  }
  if (trade === 'payments') return { message: `charge for order ${subject} captured after ${tookMs} ms` };
  return { message: 'notification sent', fields: { order: subject, channel: 'email', took: `${tookMs}ms` } };
}

function failureStatement(
  world: World,
  placed: PlacedVisit,
  failure: VisitFailure,
  trade: Trade,
): TimedStatement {
  const atMs = placed.requestStartMs + failure.atMs;
  const { disturbanceId } = failure;
  if (!failure.own || disturbanceId === undefined) {
    const stack = failure.own ? stackFor(trade, failure.errorType, failure.message) : undefined;
    const statement: Statement = {
      level: 'error',
      message: failure.message,
      ...(stack !== undefined && { stack }),
    };
    return { atMs, statement };
  }
  return {
    atMs,
    statement: disturbanceStatement(world, disturbanceId, placed.visit.operation.service, atMs),
    disturbanceId,
  };
}

/** The line that a disturbance leaves, with the pool's state where it is a pool. */
export function disturbanceStatement(
  world: World,
  disturbanceId: string,
  service: string,
  atMs: number,
): Statement {
  const { clock, topology, pools, momentAt } = world.run;
  const disturbance = momentAt(0).disturbances.find((one) => one.id === disturbanceId);
  const words: Failure = disturbance?.failure ?? {
    status: 500,
    errorType: 'Error',
    message: 'request failed',
  };
  const history = pools.find(({ pool }) => `pool:${pool.owner}:${pool.target}` === disturbanceId);
  const stack = words.stack ?? stackFor(findService(topology, service).trade, words.errorType, words.message);
  const tick = Math.min(Math.max(Math.ceil((atMs - clock.startMs) / clock.tickMs), 0), clock.ticks);
  const noise = 0.85 + 0.3 * noiseAt(hashText(disturbanceId), Math.floor(atMs));
  const max = history === undefined ? 0 : poolLimitAt(history.pool, atMs);
  const fields =
    history === undefined
      ? undefined
      : { max, in_use: max, waiting: Math.round((history.waiting[tick] ?? 0) * noise) };
  return {
    level: 'error',
    message: words.message,
    ...(fields !== undefined && { fields }),
    ...(stack !== undefined && stack.length > 0 && { stack }),
  };
}

/** Frames as the service's language prints them; only some languages do. */
function stackFor(trade: Trade, errorType: string, message: string): readonly string[] | undefined {
  if (trade === 'orders') {
    return [
      `com.example.orders.${errorType}Exception: ${message.split(':')[0]}`,
      '\tat com.example.orders.client.Connector.acquire(Connector.java:118)',
      '\tat com.example.orders.client.RemoteCall.execute(RemoteCall.java:64)',
      '\tat com.example.orders.OrderService.load(OrderService.java:201)',
      '\tat com.example.orders.OrderController.handle(OrderController.java:77)',
      '\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)',
      '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
    ];
  }
  if (trade === 'payments') {
    return [
      'Traceback (most recent call last):',
      '  File "/srv/app/charges/handler.py", line 88, in handle',
      '    row = repository.insert(charge)',
      '  File "/srv/app/charges/repository.py", line 41, in insert',
      '    with self.pool.connection() as connection:',
      `charges.errors.${errorType}: ${message.split(':')[0]}`,
    ];
  }
  return undefined;
}
