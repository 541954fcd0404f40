import { type LogLevel, logLevels } from '@midwatch/core';
import { logLevelOfLine, severityToLogLevel, toLogLevel } from '@midwatch/core/otlp';
import { readField, readText } from './document.js';
import type { Hit } from './elasticsearch-schema.js';
import type { FieldMap } from './field-map.js';

/** What loggers, syslog and shippers call the levels, in lower case. */
const wordsByLevel: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace', 'finest', 'finer'],
  debug: ['debug', 'fine', 'config'],
  info: ['info', 'information', 'informational', 'notice'],
  warn: ['warn', 'warning'],
  error: ['error', 'err', 'severe'],
  fatal: ['fatal', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'panic'],
};

const atLeast = (minimum: LogLevel) => logLevels.slice(logLevels.indexOf(minimum));

export function isAtLeast(level: LogLevel, minimum: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(minimum);
}

/** All words for this level and those above it, as a search for whole words takes them. */
export function levelWords(minimum: LogLevel): readonly string[] {
  return atLeast(minimum).flatMap((level) => wordsByLevel[level]);
}

/** The same as values of a keyword, which has a case; with OpenTelemetry's `ERROR2`. */
export function levelSpellings(minimum: LogLevel): readonly string[] {
  const numbered = atLeast(minimum).flatMap((level) =>
    [2, 3, 4].map((digit) => `${level.toUpperCase()}${digit}`),
  );
  const words = levelWords(minimum);
  const capitalized = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [...words, ...words.map((word) => word.toUpperCase()), ...capitalized, ...numbered];
}

/** Syslog counts down from 7; its `notice` is an info here. */
const syslogNumbers: readonly LogLevel[] = [
  'fatal',
  'fatal',
  'fatal',
  'error',
  'warn',
  'info',
  'info',
  'debug',
];

/** The number of bunyan and pino from which a level begins, and the last one of syslog that still belongs to it. */
export function levelNumbers(minimum: LogLevel): { readonly atLeast: number; readonly syslogAtMost: number } {
  const syslogAtMost = syslogNumbers.findLastIndex((level) => isAtLeast(level, minimum));
  return { atLeast: (logLevels.indexOf(minimum) + 1) * 10, syslogAtMost };
}

/** OpenTelemetry's number from which a level begins. */
export function severityNumberOf(minimum: LogLevel): number {
  return logLevels.indexOf(minimum) * 4 + 1;
}

export interface ToldLevel {
  readonly level: LogLevel | undefined;
  readonly severityNumber: number | undefined;
  /** Whether a field said so, not the text of the line. */
  readonly byField: boolean;
}

/** What a field says, else the line itself. */
export function levelOf(hit: Hit, map: FieldMap, body: string): ToldLevel {
  for (const { name } of map.of('severityNumber')) {
    const number = Number(readField(hit, name) ?? Number.NaN);
    const level = Number.isInteger(number) && number <= 24 ? severityToLogLevel(number) : undefined;
    if (level !== undefined) return { level, severityNumber: number, byField: true };
  }
  for (const { name } of map.of('level')) {
    const text = readText(hit, name);
    const level = text === undefined ? undefined : (toLogLevel(text) ?? numberedLevel(text));
    if (level !== undefined) return { level, severityNumber: undefined, byField: true };
  }
  return { level: logLevelOfLine(body), severityNumber: undefined, byField: false };
}

function numberedLevel(text: string): LogLevel | undefined {
  if (/^[1-6]0$/.test(text)) return logLevels[Number(text) / 10 - 1];
  return /^[0-7]$/.test(text) ? syslogNumbers[Number(text)] : undefined;
}
