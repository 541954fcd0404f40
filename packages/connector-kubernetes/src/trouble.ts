import type { IncidentSignal, TimeWindow } from '@midwatch/core';
import { toMs } from './object-schema.js';

/** Something that the cluster calls a problem. */
export interface Trouble {
  /** RFC 3339, with as many digits as the server gave. */
  readonly since: string;
  /** When it ended, or was last seen. */
  readonly untilMs?: number | undefined;
  readonly state: IncidentSignal['state'];
  readonly reason: string;
  readonly title: string;
  readonly service?: string | undefined;
  readonly namespace?: string | undefined;
  /** `pod/orders-7d9f-x2x4q` */
  readonly object: string;
  readonly severity?: string | undefined;
  /** What is the same when it is read again. */
  readonly identity: readonly string[];
}

export interface IncidentFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly toId: (...parts: readonly string[]) => string;
}

const MAX_TITLE_CHARACTERS = 400;

/**
 * The incident as it shows in the window; undefined when it does not reach into it. What began before and still burns is there from
 * the window's first moment; what repeats or ended is there when it was last seen. Either says since when.
 */
export function toIncident(
  trouble: Trouble,
  { startMs, endMs }: TimeWindow,
  frame: IncidentFrame,
): IncidentSignal | undefined {
  const { since, state, service, namespace, object, severity } = trouble;
  const sinceMs = toMs(since);
  if (sinceMs === undefined || sinceMs >= endMs) return undefined;
  const began = sinceMs >= startMs;
  const isBurning = state === 'firing' || state === 'pending';
  const untilMs = trouble.untilMs ?? sinceMs;
  if (!began && !isBurning && (untilMs < startMs || untilMs >= endMs)) return undefined;
  const timestampMs = began ? sinceMs : isBurning ? startMs : untilMs;
  const title = began ? trouble.title : `${trouble.title} (since ${new Date(sinceMs).toISOString()})`;
  return {
    kind: 'incidents',
    id: frame.toId(...trouble.identity),
    connectorId: frame.connectorId,
    queryId: frame.queryId,
    timestampMs,
    timeUnixNano: began ? toUnixNano(since, sinceMs) : `${BigInt(Math.floor(timestampMs)) * 1_000_000n}`,
    title: title.length <= MAX_TITLE_CHARACTERS ? title : `${title.slice(0, MAX_TITLE_CHARACTERS)}…`,
    reason: trouble.reason,
    state,
    object,
    ...(severity === undefined ? {} : { severity }),
    ...(service === undefined ? {} : { service }),
    ...(namespace ? { namespace } : {}),
    ...(isBurning || untilMs <= timestampMs ? {} : { endMs: untilMs }),
  };
}

/** Up to nine digits of a second, of which `Date.parse` keeps three. */
function toUnixNano(text: string, timeMs: number): string {
  const digits = /\.(\d{1,9})/.exec(text)?.[1]?.padEnd(9, '0') ?? '000000000';
  return `${BigInt(Math.floor(timeMs / 1000)) * 1_000_000_000n + BigInt(digits)}`;
}

/** Text of a container or a controller as part of a title: the first lines, on one. */
export function oneLine(text: string | null | undefined): string {
  const line = (text ?? '').slice(0, 2000).replaceAll(/\s+/g, ' ').trim();
  return line.length <= 240 ? line : `${line.slice(0, 240)}…`;
}
