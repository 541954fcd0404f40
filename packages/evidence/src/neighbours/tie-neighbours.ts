import type { MetricRole } from '@midwatch/core';
import type { Collection, MetricShiftFinding } from '@midwatch/core/incident';
import type { Clue } from '../clues/clue.js';
import { judgement } from '../judgement.js';
import { cut } from '../wording/quote.js';
import { type Placement, readPlacement } from './placement.js';

/** The clues, with those added that tie the slowness of one service to the rise of another on the same machine. */
export interface TiedClues {
  readonly clues: readonly Clue[];
  /** Of slow services: a rise elsewhere that may be the reason, where nothing tells who runs on which machine. */
  readonly untied: ReadonlyMap<string, Clue>;
}

type Rise = Clue & { readonly draft: Omit<MetricShiftFinding, 'id'> & { readonly service: string } };

/** What one service can take from another on the same machine. */
const shared: ReadonlySet<MetricRole> = new Set(['cpu.usage', 'memory.usage', 'disk.usage']);
const { sureRise, leastFactor, sureSlowness, busyItself, leastShare, circumstantial } = judgement.neighbours;
/** Metrics are read by the minute or less. */
const clockSlackMs = 60_000;
const mostRises = 20;

/**
 * Blame between services that do not call each other: where the own time of a service grew and its own use of the machine
 * did not, a neighbour on that machine whose use rose by then, and rose most, accounts for it.
 */
export function tieNeighbours(clues: readonly Clue[], signals: Collection['signals']): TiedClues {
  const rises = clues.filter(isRise).sort(byAmount).slice(0, mostRises);
  const slow = clues.filter(isSlowItself);
  const services = new Set([...rises.map(({ draft }) => draft.service), ...slow.flatMap(blamed)]);
  if (rises.length === 0 || slow.length === 0 || services.size < 2) return { clues, untied: new Map() };
  const placement = readPlacement(signals, services);
  const victimsOf = new Map<Rise, Clue[]>();
  const untied = new Map<string, Clue>();
  for (const victim of slow) {
    const able = rises.filter((rise) => mayHaveSlowed(rise, victim, rises));
    const neighbour = able.find((rise) => shareBeside(rise, victim, placement) >= leastShare);
    if (neighbour !== undefined) {
      const known = victimsOf.get(neighbour);
      if (known === undefined) victimsOf.set(neighbour, [victim]);
      else known.push(victim);
      continue;
    }
    const unknown = able.find((rise) => Number.isNaN(shareBeside(rise, victim, placement)));
    for (const service of blamed(victim)) if (unknown !== undefined) untied.set(service, unknown);
  }
  return { clues: clues.flatMap((clue) => tie(clue, victimsOf, clues)), untied };
}

function isRise(clue: Clue): clue is Rise {
  const { draft, gain } = clue;
  return (
    draft.kind === 'metric-shift' &&
    draft.service !== undefined &&
    draft.role !== undefined &&
    shared.has(draft.role) &&
    gain > 0 &&
    draft.direction === 'up' &&
    draft.strength >= sureRise &&
    draft.after >= leastFactor * draft.before
  );
}

function byAmount(a: Rise, b: Rise): number {
  return b.gain - a.gain || amount(b) - amount(a) || (a.draft.service < b.draft.service ? -1 : 1);
}

function amount({ draft }: Rise): number {
  return draft.after - draft.before;
}

function isSlowItself({ draft }: Clue): boolean {
  return draft.kind === 'trace-fault' && draft.fault === 'slow-self-time' && draft.strength >= sureSlowness;
}

function blamed({ blamed: service }: Clue): readonly string[] {
  return service === undefined ? [] : [service];
}

/** It rose no later than the other slowed down, and far more than the other's own use did. */
function mayHaveSlowed(rise: Rise, { draft, blamed: service }: Clue, rises: readonly Rise[]): boolean {
  if (rise.draft.service === service || rise.draft.onsetMs === undefined || draft.onsetMs === undefined)
    return false;
  if (rise.draft.onsetMs > draft.onsetMs + clockSlackMs) return false;
  return !rises.some(
    (own) =>
      own.draft.service === service &&
      own.draft.role === rise.draft.role &&
      amount(own) >= busyItself * amount(rise),
  );
}

/** The share of the slow calls that ran where the other service runs; NaN when nothing tells. */
function shareBeside(rise: Rise, victim: Clue, placement: Placement): number {
  const there = placement.nodesOf(rise.draft.service);
  if (there.size === 0) return Number.NaN;
  let known = 0;
  let beside = 0;
  for (const call of victim.affected) {
    const node = placement.nodeOf(call);
    if (node === undefined) continue;
    known++;
    if (there.has(node)) beside++;
  }
  return known === 0 ? Number.NaN : beside / known;
}

function tie(
  clue: Clue,
  victimsOf: ReadonlyMap<Rise, readonly Clue[]>,
  clues: readonly Clue[],
): readonly Clue[] {
  const victims = isRise(clue) ? victimsOf.get(clue) : undefined;
  if (victims === undefined) return [clue];
  const names = [...new Set(victims.flatMap(blamed))].sort();
  const statement = `${clue.draft.statement.replace(/\.$/, '')}; ${names.map((name) => cut(name, 80)).join(', ')} ${names.length === 1 ? 'runs' : 'run'} on the same machine and slowed down then.`;
  const draft = { ...clue.draft, statement };
  return [
    { ...clue, draft },
    {
      draft,
      family: 'neighbours',
      blamed: clue.blamed,
      gain: circumstantial * victims.reduce((most, { gain }) => Math.max(most, gain), 0),
      affected: [],
      mayBeSymptom: false,
      accountsFor: clues.filter(
        (other) =>
          (isSlowItself(other) || (other.mayBeSymptom && other.draft.kind === 'metric-shift')) &&
          other.blamed !== undefined &&
          names.includes(other.blamed),
      ),
    },
  ];
}
