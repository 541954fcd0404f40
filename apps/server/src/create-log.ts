import type { WorkEvent } from '@midwatch/responder';
import pino, { type Logger } from 'pino';

/** JSON lines on standard error: standard output is for briefs. Nothing that telemetry wrote is logged. */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}

export function logWork(log: Logger, event: WorkEvent): void {
  const { durationMs, outcome, ...rest } = event;
  const line = { ...rest, outcome, durationMs: Math.round(durationMs) };
  if (outcome === 'done') log.info(line, `${event.type} done`);
  else log.warn(line, `${event.type} ${outcome}`);
}
