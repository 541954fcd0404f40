import type { NotifierError } from '@midwatch/core/incident';
import { createRedactor } from '@midwatch/redaction';
import type { WorkEvent } from '@midwatch/responder';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { AnsweredRequest } from './http/index.js';

export interface LogOptions {
  /** `trace` to `fatal`, or `silent`. */
  readonly level: string;
  /** Texts that are taken out wherever they stand: what this process was configured with. */
  readonly secrets: readonly string[];
  /** @default standard error: standard output is for briefs */
  readonly destination?: DestinationStream;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** What `LOG_LEVEL` says. @throws TypeError for a level that there is none of. @default 'info' */
export function readLogLevel(text: string | undefined): string {
  const level = text?.trim() || 'info';
  if (levels.includes(level)) return level;
  throw new TypeError(`LOG_LEVEL must be one of ${levels.join(', ')}`);
}

/** Keys whose value is a secret whatever it looks like, at the top and one below. */
const secretKeys = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey'];
const MIN_SECRET_LENGTH = 8;
const MAX_DEPTH = 5;

/**
 * JSON lines. Nothing that telemetry wrote is logged by intent; errors of parts may quote what they were given, so each text
 * goes through the same redaction as telemetry.
 */
export function createLog({ destination = pino.destination(2), level, secrets }: LogOptions): Logger {
  const longEnough = secrets.filter(({ length }) => length >= MIN_SECRET_LENGTH);
  const redactor = createRedactor({
    additionalPatterns: Object.fromEntries(
      longEnough.map((text, index) => [`configured-${index + 1}`, text]),
    ),
  });

  /** With errors as pino writes them. */
  function redacted(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return redactText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH) return '[deeper]';
    const plain = value instanceof Error ? { ...pino.stdSerializers.err(value) } : value;
    if (Array.isArray(plain)) return plain.map((item) => redacted(item, depth + 1));
    const entries = Object.entries(plain).filter(([key]) => key !== 'raw');
    return Object.fromEntries(entries.map(([key, item]) => [key, redacted(item, depth + 1)]));
  }

  function redactText(text: string): string {
    try {
      return redactor.redact(text);
    } catch {
      return '[withheld: redaction failed]';
    }
  }

  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
      // Done before: as it is, it would take an error apart that is taken apart already.
      serializers: { err: (error: unknown) => error },
      formatters: { log: (line) => redacted(line) as Record<string, unknown> },
    },
    destination,
  );
}

export function logWork(log: Logger, event: WorkEvent): void {
  const { durationMs, outcome, ...rest } = event;
  const line = { ...rest, outcome, durationMs: Math.round(durationMs) };
  if (outcome === 'done') log.info(line, `${event.type} done`);
  else log.warn(line, `${event.type} ${outcome}`);
}

/** The brief stands without it, so nobody else tells. */
export function logPictureError(log: Logger, { code, message, notifierId }: NotifierError): void {
  log.warn({ channel: notifierId, code, message }, 'a brief stands without its picture');
}

/** What succeeded, and what came too often, is for `debug`: it would drown the rest. */
export function logRequest(log: Logger, request: AnsweredRequest): void {
  const line = { ...request, durationMs: Math.round(request.durationMs) };
  if (request.status < 400 || request.status === 429) log.debug(line, 'request answered');
  else log.info(line, 'request refused');
}
