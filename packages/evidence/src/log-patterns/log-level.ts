import type { LogLevel } from '@midwatch/core';

/** How far a level is looked for: it stands in the head of a line. */
const MAX_HEAD = 160;

const levelWords: ReadonlyMap<string, LogLevel> = new Map([
  ['trace', 'trace'],
  ['finest', 'trace'],
  ['finer', 'trace'],
  ['verbose', 'debug'],
  ['debug', 'debug'],
  ['fine', 'debug'],
  ['config', 'debug'],
  ['info', 'info'],
  ['information', 'info'],
  ['informational', 'info'],
  ['notice', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['err', 'error'],
  ['error', 'error'],
  ['severe', 'error'],
  ['fatal', 'fatal'],
  ['crit', 'fatal'],
  ['critical', 'fatal'],
  ['panic', 'fatal'],
  ['alert', 'fatal'],
  ['emerg', 'fatal'],
  ['emergency', 'fatal'],
]);

/** Level names that are common words as well: they count only where nothing but a level can stand. */
const ambiguousWords: ReadonlySet<string> = new Set([
  'fine',
  'config',
  'finer',
  'alert',
  'information',
  'verbose',
]);

const headWord = /[A-Za-z]+/g;
/** glog and klog: `E0131 03:04:05.123456 ...`. */
const glogHead = /^([IWEF])\d{4} \d{2}:/;
const glogLevels: ReadonlyMap<string, LogLevel> = new Map([
  ['I', 'info'],
  ['W', 'warn'],
  ['E', 'error'],
  ['F', 'fatal'],
]);

/** A word for a level, whatever its case; pino's and syslog's numbers are not words. */
export function toLogLevel(word: string): LogLevel | undefined {
  return levelWords.get(word.toLowerCase());
}

/** OpenTelemetry severity numbers 1 to 24; 0 and others say nothing. */
export function levelOfSeverity(severityNumber: number | undefined): LogLevel | undefined {
  if (severityNumber === undefined || severityNumber < 1 || severityNumber > 24) return undefined;
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
  return levels[Math.floor((severityNumber - 1) / 4)];
}

/**
 * The level that the text of a line tells: a word in capitals near its beginning, a level in brackets, before a colon
 * or after `level=`, or the beginning of a crash. Undefined when it tells none.
 */
export function parseLogLevel(text: string): LogLevel | undefined {
  const head = text.slice(0, MAX_HEAD);
  const glog = glogLevels.get(glogHead.exec(head)?.[1] ?? '');
  if (glog !== undefined) return glog;
  for (const match of head.matchAll(headWord)) {
    const word = match[0];
    const level = toLogLevel(word);
    if (level !== undefined && isLevelAt(head, match.index, word)) return level;
  }
  if (/^(?:Traceback \(most recent|Exception in thread |Unhandled |Uncaught )/.test(head)) return 'error';
  return undefined;
}

function isLevelAt(head: string, start: number, word: string): boolean {
  const before = head[start - 1] ?? ' ';
  const end = start + word.length;
  const after = head[end] ?? ' ';
  if (/[\w.-]/.test(before) || /[\w.-]/.test(after)) return false;
  const isEnclosed =
    (before === '[' && after === ']') ||
    (before === '<' && after === '>') ||
    (before === '|' && after === '|');
  if (isEnclosed) return true;
  if (before === '=' || before === '"')
    return /(?:level|severity|lvl|levelname)"?\s*[=:]\s*"?$/i.test(head.slice(0, start));
  if (ambiguousWords.has(word.toLowerCase())) return false;
  if (word === word.toUpperCase()) return !/[a-z]/.test(before);
  // `error: ...` as the first word of the line, or after the name of who speaks.
  return after === ':' && start < 48 && !/[a-z]\s+[a-z]+\s+$/.test(head.slice(0, start));
}

const httpStatus = /" ([1-5]\d\d) /;

/** An access log line tells its outcome by the status after the quoted request: 5xx is an error. */
export function levelOfAccessLog(text: string): LogLevel | undefined {
  const request = text.indexOf(' HTTP/');
  if (request < 0 || request > 2048) return undefined;
  const status = httpStatus.exec(text.slice(request, request + 24))?.[1];
  if (status === undefined) return undefined;
  return status.startsWith('5') ? 'error' : 'info';
}
