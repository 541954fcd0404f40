import { type LogLevel, logLevels } from '@midwatch/core';

/** What libraries and syslog call the levels, in lower case. */
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

/** What a failure looks like in a line that names no level. */
const failureWords = ['exception', 'traceback', 'failed', 'failure'];

/** Fields of a JSON line that hold its level, the surest first. */
const levelFields = ['level', 'severity', 'severity_text', 'log.level', 'loglevel', 'levelname', 'lvl'];

/** Only the beginning of a line is searched: later hits are mostly in payloads. */
const SEARCHED_CHARACTERS = 8192;

const levelInText =
  /(?:^|[\s{,[])["']?(?:level|lvl|severity|loglevel|log\.level|levelname)["']?\s{0,4}[:=]\s{0,4}["']?([a-z]{3,13}|[1-6]0)\b/i;
/** Where loggers print the level: after time, thread and request id, in capitals. */
const plainLevel =
  /(?:^|[\s[(|<])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|PANIC)(?=[\s\]):|>,]|$)/;
const PLAIN_CHARACTERS = 160;

/** `undefined` for words nobody knows. Bunyan's and pino's numbers are understood. */
function toLogLevel(text: string): LogLevel | undefined {
  if (/^[1-6]0$/.test(text)) return logLevels[Number(text) / 10 - 1];
  return levelByWord.get(text.toLowerCase());
}

/** What the line itself says, as JSON, logfmt or plain text. */
export function levelOf(
  body: string,
  json: Readonly<Record<string, unknown>> | undefined,
): LogLevel | undefined {
  for (const field of levelFields) {
    const value = json !== undefined && Object.hasOwn(json, field) ? json[field] : undefined;
    const level = typeof value === 'string' || typeof value === 'number' ? toLogLevel(`${value}`) : undefined;
    if (level !== undefined) return level;
  }
  const named = toLogLevel(levelInText.exec(body.slice(0, SEARCHED_CHARACTERS))?.[1] ?? '');
  return named ?? toLogLevel(plainLevel.exec(body.slice(0, PLAIN_CHARACTERS))?.[1] ?? '');
}

export function isAtLeast(level: LogLevel, minimum: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(minimum);
}

/** Words that a line of this level or above has: its level's name, else what a failure looks like. */
export function levelWords(minimum: LogLevel): readonly string[] {
  const named = logLevels
    .filter((level) => isAtLeast(level, minimum))
    .flatMap((level) => wordsByLevel[level]);
  return isAtLeast('error', minimum) ? [...named, ...failureWords] : named;
}

/** The numbers of bunyan and pino for this level and those above it. */
export function levelNumbers(minimum: LogLevel): readonly string[] {
  return logLevels.flatMap((level, index) => (isAtLeast(level, minimum) ? [`${(index + 1) * 10}`] : []));
}

export function hasLevelWord(body: string, minimum: LogLevel): boolean {
  const words = levelWords(minimum).join('|');
  return new RegExp(`\\b(?:${words})\\b`, 'i').test(body.slice(0, SEARCHED_CHARACTERS));
}
