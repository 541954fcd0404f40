import { noiseAt } from '../engine/random.js';
import type { LogStyle } from '../engine/topology.js';
import type { Statement } from './log-record.js';

/** The request that a line belongs to. */
export interface LineContext {
  readonly atMs: number;
  readonly traceId?: string;
  readonly spanId?: string;
}

type Fields = Readonly<Record<string, string | number>>;

/** Writes a statement the way a service of that style prints it. */
export function formatLine(
  style: LogStyle,
  logger: string,
  statement: Statement,
  context: LineContext,
): string {
  const stamp = new Date(Math.floor(context.atMs)).toISOString();
  const fields = statement.fields ?? {};
  switch (style) {
    case 'json':
      return JSON.stringify({
        ts: stamp,
        level: statement.level,
        msg: statement.message,
        ...fields,
        ...(context.traceId !== undefined && { trace_id: context.traceId }),
      });
    case 'logfmt': {
      const all = { ts: stamp, level: statement.level, msg: statement.message, ...fields };
      const trace = context.traceId === undefined ? {} : { trace_id: context.traceId };
      return Object.entries({ ...all, ...trace })
        .map(([name, value]) => `${name}=${quoted(String(value))}`)
        .join(' ');
    }
    case 'java': {
      const thread = `http-nio-8080-exec-${1 + Math.floor(noiseAt(7, Math.floor(context.atMs)) * 40)}`;
      const level = statement.level.toUpperCase().padStart(5);
      const head = `${plain(stamp, '.')} ${level} 1 --- [${thread}] ${logger} : ${statement.message}${inBrackets(fields)}`;
      return [head, ...(statement.stack ?? [])].join('\n');
    }
    case 'python': {
      const trace = context.traceId === undefined ? '' : ` [trace=${context.traceId}]`;
      const level = statement.level === 'warn' ? 'WARNING' : statement.level.toUpperCase();
      const head = `${plain(stamp, ',')} ${level} ${logger}${trace} ${statement.message}${inBrackets(fields)}`;
      return [head, ...(statement.stack ?? [])].join('\n');
    }
    default: {
      const label = statement.level === 'warn' ? 'WARNING' : statement.level === 'error' ? 'ERROR' : 'LOG';
      return `${plain(stamp, '.')} UTC [1] ${label} ${statement.message}${inBrackets(fields)}`;
    }
  }
}

/** `2026-11-18 03:41:09.123`, with the given sign before the fraction. */
function plain(stamp: string, fraction: string): string {
  return stamp.replace('T', ' ').replace('Z', '').replace('.', fraction);
}

function quoted(value: string): string {
  return /[\s"=]/.test(value) || value === '' ? JSON.stringify(value) : value;
}

function inBrackets(fields: Fields): string {
  const entries = Object.entries(fields);
  return entries.length === 0 ? '' : ` (${entries.map(([name, value]) => `${name}=${value}`).join(', ')})`;
}
