import { type LogLevel, logLevels } from '../connector/v1/signal.js';

/** What loggers, syslog and vendors call the six levels. */
const levelByName: ReadonlyMap<string, LogLevel> = new Map<string, LogLevel>([
  ['trace', 'trace'],
  ['finest', 'trace'],
  ['finer', 'trace'],
  ['debug', 'debug'],
  ['fine', 'debug'],
  ['config', 'debug'],
  ['info', 'info'],
  ['information', 'info'],
  ['informational', 'info'],
  ['notice', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['err', 'error'],
  ['severe', 'error'],
  ['fatal', 'fatal'],
  ['critical', 'fatal'],
  ['crit', 'fatal'],
  ['alert', 'fatal'],
  ['emerg', 'fatal'],
  ['emergency', 'fatal'],
  ['panic', 'fatal'],
]);

/** The level that a severity text means (`WARNING`, `Error2`, `crit`); undefined for a word that is none. */
export function toLogLevel(severityText: string): LogLevel | undefined {
  if (severityText.length > 24) return undefined;
  return levelByName.get(
    severityText
      .trim()
      .toLowerCase()
      .replace(/[234]$/, ''),
  );
}

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber: four numbers a level, 1 to 24. */
export function severityToLogLevel(severityNumber: number): LogLevel | undefined {
  return severityNumber < 1 ? undefined : logLevels[Math.floor((severityNumber - 1) / 4)];
}

/** Levels stand at the head of a line; further in, the word belongs to the message. */
const HEAD_CHARACTERS = 160;

const levelField =
  /["']?\b(?:level|lvl|severity|log\.level|loglevel)\b["']?\s*[=:]\s*["']?([A-Za-z]{3,13})\b/i;
/** Upper case, as log formats write it, so that prose ("no error") does not count. */
const levelWord =
  /(?:^|[\s[(|<:])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|PANIC|EMERG)(?=$|[\s\])|>:,])/;
/** `2026/11/23 04:00:01 [error] 12#0:` (nginx): lower case counts in brackets. */
const bracketedWord = /\[(trace|debug|info|notice|warn|warning|error|err|crit|critical|alert|emerg|fatal)\]/i;
/** `E1123 04:00:01.123456` (Kubernetes' own components). */
const klogHead = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}/;
const klogLevels: ReadonlyMap<string, LogLevel> = new Map<string, LogLevel>([
  ['I', 'info'],
  ['W', 'warn'],
  ['E', 'error'],
  ['F', 'fatal'],
]);
/** `{"level":50,...}` (pino, bunyan): 10 to 60 by tens. */
const numberedLevel = /"level"\s*:\s*([1-6])0\b/;
const thrown =
  /^(?:Traceback \(most recent call last\)|panic: |Exception in thread |Caused by: |[\w$.]+(?:Exception|Error)(?:: |$))/m;

/** The level that the text of a line tells, for records without a severity; undefined when it tells none. */
export function logLevelOfLine(line: string): LogLevel | undefined {
  const isJson = line.startsWith('{');
  // Fields of a JSON line stand in any order.
  const head = line.slice(0, isJson ? 4 * HEAD_CHARACTERS : HEAD_CHARACTERS);
  const field = levelField.exec(head)?.[1];
  const named = field === undefined ? undefined : toLogLevel(field);
  if (named !== undefined) return named;
  const number = isJson ? numberedLevel.exec(head)?.[1] : undefined;
  if (number !== undefined) return logLevels[Number(number) - 1];
  const word = (levelWord.exec(head) ?? bracketedWord.exec(head))?.[1];
  if (word !== undefined) return toLogLevel(word);
  const letter = klogHead.exec(head)?.[1];
  if (letter !== undefined) return klogLevels.get(letter);
  return thrown.test(head) ? 'error' : undefined;
}
