import type { ChaosChannels } from './chaos-channels.js';
import type { WorkRow, WorkTable } from './work-table.js';

/** What was under way in a process when it was killed, and when another took it up. */
export interface Takeover {
  readonly kill: number;
  /** `collect`, `analyze`, ..., or of a channel whether the message was out already. */
  readonly phase: string;
  readonly afterMs: number;
}

export interface OrphanWatch {
  /** To be called right after a kill. */
  killed(kill: number): Promise<void>;
  readonly takeovers: readonly Takeover[];
  /** Kills whose work nobody has taken up yet. */
  openCount(): number;
  stop(): Promise<void>;
}

interface Orphan {
  readonly kill: number;
  readonly killedAtMs: number;
  readonly row: WorkRow;
}

type WatchOptions = { readonly work: WorkTable } & Pick<ChaosChannels, 'hasTaken'>;

const POLL_MS = 150;
/** As the responder claims deliveries: its lease tells when it did. */
const DELIVERY_LEASE_MS = 20_000;
/** What the process had written to a socket arrives after its death, too. */
const ON_THE_WAY_MS = 500;

/**
 * Work is an orphan when it ran at a kill and was claimed once more: what ended in the same attempt was another replica's. The
 * time runs from the kill to the new claim, give or take how often is looked.
 */
export function watchOrphans({ hasTaken, work }: WatchOptions): OrphanWatch {
  const orphans = new Map<string, Orphan>();
  const takeovers: Takeover[] = [];
  let isStopped = false;

  function phaseOf({ killedAtMs, row }: Orphan): string {
    const { kind, incidentId, queue, readyAtMs } = row;
    if (queue === 'step') return kind;
    const isOut = hasTaken(kind, incidentId, readyAtMs - DELIVERY_LEASE_MS, killedAtMs + ON_THE_WAY_MS);
    return isOut ? `${kind}: sent, not noted` : `${kind}: before sending`;
  }

  async function look(): Promise<void> {
    for (const [id, orphan] of orphans) {
      const { attempts, state } = (await work.find(orphan.row)) ?? orphan.row;
      if (attempts === orphan.row.attempts && state === 'running') continue;
      orphans.delete(id);
      if (attempts === orphan.row.attempts) continue;
      const { kill, killedAtMs } = orphan;
      takeovers.push({ kill, phase: phaseOf(orphan), afterMs: Date.now() - killedAtMs });
    }
  }

  async function follow(): Promise<void> {
    while (!isStopped) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  const ended = follow();
  return {
    async killed(kill) {
      const killedAtMs = Date.now();
      for (const row of await work.running()) {
        const id = [row.queue, row.incidentId, row.key, row.attempts].join(' ');
        if (!orphans.has(id)) orphans.set(id, { kill, killedAtMs, row });
      }
    },
    takeovers,
    openCount: () => orphans.size,
    async stop() {
      isStopped = true;
      await ended;
    },
  };
}
