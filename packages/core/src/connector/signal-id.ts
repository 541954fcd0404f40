import type { TimeWindow } from './v1/connector.js';
import type { SignalKind } from './v1/signal.js';

/**
 * Makes the ids of one batch: a hash of what identifies the signal at its vendor, so that the same evidence has the same
 * id tomorrow. Equal parts in one batch (the same line twice in one nanosecond) are told apart by their order.
 */
export function createSignalIds(
  connectorId: string,
  kind: SignalKind,
): (...parts: readonly string[]) => string {
  const seen = new Map<string, number>();
  return (...parts) => {
    const hash = hashText([connectorId, kind, ...parts].join('\u0000'));
    const repeated = seen.get(hash) ?? 0;
    seen.set(hash, repeated + 1);
    return repeated === 0 ? hash : `${hash}-${repeated}`;
  };
}

/** The id of one vendor query: the same text over the same window at the same connector has the same id. */
export function toQueryId(connectorId: string, text: string, window: TimeWindow): string {
  return `q-${hashText([connectorId, text, String(window.startMs), String(window.endMs)].join('\u0000'))}`;
}

/**
 * 64 bits as 16 hex digits: two 32-bit FNV-1a lanes with different offsets, each mixed at its end. Not cryptographic: nobody
 * gains by a collision, and Web Crypto's digest is asynchronous and slow for thousands of short texts.
 */
function hashText(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x85ebca6b);
  }
  return mix(low ^ text.length) + mix(high ^ low);
}

function mix(lane: number): string {
  let mixed = lane ^ (lane >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  mixed ^= mixed >>> 16;
  return (mixed >>> 0).toString(16).padStart(8, '0');
}
