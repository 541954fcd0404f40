import { chooseVictim, nextVictimInMs } from './choose-victim.js';
import { type ConnectorRecord, chooseWaiter, isUnproven, type Waiter } from './choose-waiter.js';

export interface SlotLimits {
  readonly maxInFlight: number;
  readonly maxPerConnector: number;
  /** A slot held for longer may be taken back while others wait. */
  readonly overdueAfterMs: number;
}

export interface SlotRequest extends Waiter {
  onGrant(): void;
  /** The slot is taken back; the holder may enter again. */
  onEvict(): void;
}

export interface SlotTicket {
  /** Gives the slot, or the place in the queue, back. `answered`: the connector has shown that it answers. */
  leave(how: 'answered' | 'gone'): void;
}

export interface SlotLimiter {
  enter(request: SlotRequest): SlotTicket;
  /** Ends the timer; whoever waits is forgotten. */
  close(): void;
}

interface Entry extends Waiter {
  readonly request: SlotRequest;
  /** 0 while it waits. */
  grantedAtMs: number;
}

/** Hands out the slots, `chooseWaiter` deciding to whom, and takes them back from those who hold them for too long. */
export function createSlotLimiter({ maxInFlight, maxPerConnector, overdueAfterMs }: SlotLimits): SlotLimiter {
  const waiting: Entry[] = [];
  /** In the order in which they were given: a set keeps it. */
  const held = new Set<Entry>();
  const records = new Map<string, ConnectorRecord>();
  let pumpDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function recordOf(connectorId: string): ConnectorRecord {
    const known = records.get(connectorId);
    if (known !== undefined) return known;
    const record = { waiting: 0, grantedAtMs: [], answered: 0, totalMs: 0, longestMs: 0, evicted: false };
    records.set(connectorId, record);
    return record;
  }

  /** In a microtask, so that all requests of one tick are seen before the first slot is given. */
  function pumpSoon(): void {
    if (pumpDue) return;
    pumpDue = true;
    queueMicrotask(() => {
      pumpDue = false;
      pump();
    });
  }

  function choose(freeSlots: number): Entry | undefined {
    return chooseWaiter({ waiting, records, freeSlots, maxPerConnector, nowMs: Date.now() });
  }

  function pump(): void {
    while (held.size < maxInFlight) {
      const next = choose(maxInFlight - held.size);
      if (next === undefined) break;
      grant(next);
    }
    clearTimeout(timer);
    timer = undefined;
    if (held.size < maxInFlight || !isSlotMissed()) return;
    const holders = { held: Array.from(held), records, maxInFlight, overdueAfterMs, nowMs: Date.now() };
    const victim = chooseVictim(holders);
    if (victim !== undefined) evict(victim);
    else timer = setTimeout(pump, nextVictimInMs(holders));
  }

  /** Whether anyone waits who would answer: a hung connector's next request is no reason to take a slot from another. */
  function isSlotMissed(): boolean {
    const next = choose(1);
    if (next === undefined) return false;
    const record = recordOf(next.connectorId);
    return !record.evicted && (record.grantedAtMs.length === 0 || !isUnproven(record, Date.now()));
  }

  function grant(entry: Entry): void {
    remove(waiting, entry);
    held.add(entry);
    entry.grantedAtMs = Date.now();
    const record = recordOf(entry.connectorId);
    record.waiting -= 1;
    record.grantedAtMs.push(entry.grantedAtMs);
    entry.request.onGrant();
  }

  function evict(entry: Entry): void {
    free(entry);
    recordOf(entry.connectorId).evicted = true;
    entry.request.onEvict();
    pumpSoon();
  }

  function free(entry: Entry): void {
    held.delete(entry);
    remove(recordOf(entry.connectorId).grantedAtMs, entry.grantedAtMs);
  }

  function leave(entry: Entry, how: 'answered' | 'gone'): void {
    const record = recordOf(entry.connectorId);
    if (held.has(entry)) {
      free(entry);
      if (how === 'answered') {
        const tookMs = Date.now() - entry.grantedAtMs;
        record.answered += 1;
        record.totalMs += tookMs;
        record.longestMs = Math.max(record.longestMs, tookMs);
        record.evicted = false;
      }
    } else if (remove(waiting, entry)) record.waiting -= 1;
    else return;
    pumpSoon();
  }

  return {
    enter(request) {
      const entry: Entry = {
        connectorId: request.connectorId,
        priority: request.priority,
        request,
        grantedAtMs: 0,
      };
      waiting.push(entry);
      recordOf(request.connectorId).waiting += 1;
      pumpSoon();
      return { leave: (how) => leave(entry, how) };
    },
    close() {
      clearTimeout(timer);
      waiting.length = 0;
    },
  };
}

function remove<T>(list: T[], item: T): boolean {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
