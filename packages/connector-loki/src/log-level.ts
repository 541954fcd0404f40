import { type LogLevel, logLevels } from '@midwatch/core';

/** What backends, libraries and syslog call the levels, in lower case. */
const wordsByLevel: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace', 'trc', 'finest'],
  debug: ['debug', 'dbg', 'fine', 'finer'],
  info: ['info', 'inf', 'information', 'informational', 'notice'],
  warn: ['warn', 'warning', 'wrn'],
  error: ['error', 'err', 'severe'],
  fatal: ['fatal', 'critical', 'crit', 'panic', 'emerg', 'emergency', 'alert'],
};

const levelByWord: ReadonlyMap<string, LogLevel> = new Map(
  logLevels.flatMap((level) => wordsByLevel[level].map((word) => [word, level] as const)),
);

/** Labels and structured metadata that tell a level, the surest first. `detected_level` is Loki's own reading of the line. */
export const levelLabels = ['severity_text', 'level', 'severity', 'detected_level', 'lvl'] as const;

/** `undefined` for `unknown` and for words nobody knows. Bunyan's and pino's numbers are understood. */
export function toLogLevel(text: string): LogLevel | undefined {
  if (/^[1-6]0$/.test(text)) return logLevels[Number(text) / 10 - 1];
  return levelByWord.get(text.toLowerCase());
}

/** OpenTelemetry severity numbers come four to a level. */
export function severityToLevel(severityNumber: number): LogLevel | undefined {
  return severityNumber >= 1 && severityNumber <= 24
    ? logLevels[Math.ceil(severityNumber / 4) - 1]
    : undefined;
}

export function isAtLeast(level: LogLevel, minimum: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(minimum);
}

/** All words for this level and those above it. */
export function levelWords(minimum: LogLevel): readonly string[] {
  return logLevels.filter((level) => isAtLeast(level, minimum)).flatMap((level) => wordsByLevel[level]);
}
