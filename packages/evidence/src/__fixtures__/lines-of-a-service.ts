import type { LogSignal } from '@midwatch/core';
import { findLogPatterns, type LogPattern, type LogPatternInput } from '../log-patterns/find-log-patterns.js';

export const minute = 60_000;
export const window = { startMs: 100 * minute, endMs: 120 * minute };
export const baseline = { startMs: 75 * minute, endMs: 95 * minute };

export function log(timestampMs: number, body: string, given: Partial<LogSignal> = {}): LogSignal {
  const timeUnixNano = `${Math.round(timestampMs * 1_000)}000`;
  return {
    kind: 'logs',
    id: `${timeUnixNano} ${given.service ?? 'api'} ${body.slice(0, 60)}`,
    timestampMs,
    timeUnixNano,
    connectorId: 'c',
    queryId: 'q',
    service: 'api',
    attributes: {},
    body,
    ...given,
  };
}

/** `count` lines, spread evenly from `fromMs` to `toMs`. */
export function lines(
  count: number,
  fromMs: number,
  toMs: number,
  body: string,
  given: Partial<LogSignal> = {},
): LogSignal[] {
  return Array.from({ length: count }, (_, index) =>
    log(fromMs + ((index + 0.5) * (toMs - fromMs)) / count, `${body} ${index}`, given),
  );
}

export const inWindow = (count: number, body: string, given?: Partial<LogSignal>) =>
  lines(count, window.startMs, window.endMs, body, given);
export const inBaseline = (count: number, body: string, given?: Partial<LogSignal>) =>
  lines(count, baseline.startMs, baseline.endMs, body, given);

export function find(logs: readonly LogSignal[], given: Partial<LogPatternInput> = {}) {
  return findLogPatterns({ logs, window, baseline, ...given });
}

export function patternOf(
  logs: readonly LogSignal[],
  text: string,
  given: Partial<LogPatternInput> = {},
): LogPattern {
  const pattern = find(logs, given).patterns.find(({ template }) => template.startsWith(text));
  if (pattern === undefined) throw new Error(`no pattern begins with ${text}`);
  return pattern;
}

/** What a service says all the time. */
export const usual = [...inWindow(400, 'served request'), ...inBaseline(400, 'served request')];
