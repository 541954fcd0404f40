import type { LogLevel } from '@midwatch/core';
import { toLogLevel } from './log-level.js';

/** Longer bodies are not parsed as JSON but read as text. */
const MAX_JSON_LENGTH = 65_536;

export interface LogMessage {
  /** What is mined for a template: the message, and the type of the error where the line names one apart. */
  readonly text: string;
  readonly level?: LogLevel;
  /** A stack trace that stands in a field of its own. */
  readonly stack?: string;
}

const messageKeys = [
  'message',
  'msg',
  '@message',
  'body',
  'log',
  'event',
  'text',
  'short_message',
  'textPayload',
];
const levelKeys = [
  'level',
  'severity',
  'lvl',
  'levelname',
  'log.level',
  'loglevel',
  'severityText',
  '@level',
  'level_name',
];
const errorTypeKeys = [
  'error.type',
  'exception.type',
  'error_type',
  'errorType',
  'exception_class',
  'exc_type',
];
const errorKeys = ['error', 'err', 'exception', 'error.message', 'exception.message', 'exc_info'];
const stackKeys = [
  'stack_trace',
  'stacktrace',
  'stack',
  'exception.stacktrace',
  'error.stack_trace',
  'error.stack',
];

/** The message of a JSON or logfmt line, with level and error type; other lines are their own message. */
export function toLogMessage(body: string): LogMessage {
  const first = body.charCodeAt(0);
  if (first === 123 && body.length <= MAX_JSON_LENGTH) return parseJson(body) ?? { text: body };
  if (looksLikeLogfmt(body)) return parseLogfmt(body) ?? { text: body };
  return { text: body };
}

function parseJson(body: string): LogMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = new Map(Object.entries(value));
  return toMessage((keys) => find(fields, keys));
}

/** The first of `keys` that is present: `a.b` is the field of that name or the field `b` in the object `a`. */
function find(fields: ReadonlyMap<string, unknown>, keys: readonly string[]): unknown {
  for (const key of keys) {
    const direct = fields.get(key);
    if (direct !== undefined && direct !== null) return direct;
    const dot = key.indexOf('.');
    const outer = dot > 0 ? fields.get(key.slice(0, dot)) : undefined;
    if (typeof outer !== 'object' || outer === null || !Object.hasOwn(outer, key.slice(dot + 1))) continue;
    const inner: unknown = Reflect.get(outer, key.slice(dot + 1));
    if (inner !== undefined && inner !== null) return inner;
  }
  return undefined;
}

function toMessage(field: (keys: readonly string[]) => unknown): LogMessage | undefined {
  const message = field(messageKeys);
  const error = field(errorKeys);
  const errorText = typeof error === 'string' ? error : errorObjectText(error);
  const base = typeof message === 'string' && message !== '' ? message : errorText;
  if (base === undefined) return undefined;
  const errorType = field(errorTypeKeys);
  const detail =
    typeof errorType === 'string' ? errorType : base === errorText ? undefined : errorHead(errorText);
  const level = levelOf(field(levelKeys));
  const stack = field(stackKeys);
  return {
    text: detail === undefined || base.includes(detail) ? base : `${base} error: ${detail}`,
    ...(level === undefined ? {} : { level }),
    ...(typeof stack === 'string' && stack.includes('\n') ? { stack } : {}),
  };
}

/** `{ "error": { "type": "TimeoutError", "message": "..." } }`. */
function errorObjectText(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const fields = new Map(Object.entries(error));
  const text = fields.get('type') ?? fields.get('name') ?? fields.get('message');
  return typeof text === 'string' ? text : undefined;
}

/** The first line of an error text, which may have its stack behind it. */
function errorHead(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const end = text.indexOf('\n');
  return (end < 0 ? text : text.slice(0, end)).slice(0, 200);
}

/** Names, and the numbers of pino and bunyan (10 trace to 60 fatal). */
function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === 'string') return toLogLevel(value);
  if (typeof value !== 'number' || value < 10 || value > 60) return undefined;
  return (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)[Math.floor(value / 10) - 1];
}

/** `key=` with a letter first, and a message key further on. */
function looksLikeLogfmt(body: string): boolean {
  const equals = body.indexOf('=');
  if (equals < 1 || equals > 32) return false;
  for (let index = 0; index < equals; index++) {
    const code = body.charCodeAt(index);
    const isKey =
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 48 && code <= 57) ||
      code === 95 ||
      code === 46 ||
      code === 64 ||
      code === 45;
    if (!isKey) return false;
  }
  return (
    body.startsWith('msg=') ||
    body.startsWith('message=') ||
    body.includes(' msg=') ||
    body.includes(' message=')
  );
}

const MAX_LOGFMT_LENGTH = 16_384;

function parseLogfmt(body: string): LogMessage | undefined {
  const fields = new Map<string, string>();
  const text = body.slice(0, MAX_LOGFMT_LENGTH);
  let index = 0;
  while (index < text.length) {
    while (text[index] === ' ') index++;
    const equals = text.indexOf('=', index);
    if (equals < 0) break;
    const key = text.slice(index, equals);
    if (key.includes(' ')) return undefined;
    const end = text[equals + 1] === '"' ? quotedEnd(text, equals + 2) : blankOrEnd(text, equals + 1);
    const raw = text.slice(equals + 1, end);
    // A kernel's audit record has `msg=` as well, but before a stamp and not before a message.
    if (messageKeys.includes(key) && !/^(?:"|[\w.-]+$)/.test(raw)) return undefined;
    if (!fields.has(key)) fields.set(key, raw.startsWith('"') ? unquote(raw) : raw);
    index = end;
  }
  return toMessage((keys) => {
    for (const key of keys) if (fields.has(key)) return fields.get(key);
    return undefined;
  });
}

function blankOrEnd(text: string, from: number): number {
  const blank = text.indexOf(' ', from);
  return blank < 0 ? text.length : blank;
}

/** The index after the closing quote; a backslash takes the next character with it. */
function quotedEnd(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index + 1;
  }
  return text.length;
}

function unquote(raw: string): string {
  const inner = raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1) : raw.slice(1);
  return inner.replace(/\\(["\\])/g, '$1');
}
