import type { CallEdge } from '@midwatch/core/incident';
import { calleesOf, reachableFrom } from '../changes/call-paths.js';
import type { Clue } from '../clues/clue.js';
import { judgement } from '../judgement.js';
import { strengthOf } from '../statistics/evidence-gain.js';
import type { Call } from '../trace-faults/call.js';

/** A clue that another service's clue accounts for: its service is a victim. */
export interface Explanation {
  readonly by: Clue;
  /** 0 to 1: the share of the calls that show it which also show the explaining fault below them. */
  readonly share: number;
}

const { leastShare, leastStrength, symptomShare, symptomStrength, neighbourShare } = judgement.explanations;
const deepestCall = 100;

/**
 * Blame flows down the calls: when the calls that show a fault contain, below them, calls that show another service's
 * fault, the deeper one explains the upper one. Without calls, a symptom is explained by a fault in anything it calls.
 */
export function explainClues(
  clues: readonly Clue[],
  callGraph: readonly CallEdge[],
): ReadonlyMap<Clue, Explanation> {
  const explanations = new Map<Clue, Explanation>();
  const clueOf = new Map<Call, Clue[]>();
  for (const clue of clues) {
    if (clue.family !== 'structure' && clue.family !== 'errors') continue;
    for (const call of clue.affected) {
      const known = clueOf.get(call);
      if (known === undefined) clueOf.set(call, [clue]);
      else known.push(clue);
    }
  }
  for (const deeper of clues) {
    if (deeper.blamed === undefined || deeper.affected.length === 0) continue;
    for (const [upper, count] of callsAbove(deeper, clueOf)) {
      const share = count / upper.affected.length;
      if (share >= leastShare && isStrongEnough(deeper, upper, leastStrength)) {
        keepBest(explanations, upper, { by: deeper, share });
      }
    }
  }
  explainSymptoms(clues, callGraph, explanations);
  for (const by of clues) {
    for (const clue of by.accountsFor ?? []) keepBest(explanations, clue, { by, share: neighbourShare });
  }
  return explanations;
}

/** For each clue of another service: how many of its calls lie above a call of this one. */
function callsAbove(deeper: Clue, clueOf: ReadonlyMap<Call, readonly Clue[]>): ReadonlyMap<Clue, number> {
  const counts = new Map<Clue, number>();
  const seen = new Set<Call>();
  for (const call of deeper.affected) {
    let above = call.parent;
    for (let depth = 0; above !== undefined && depth < deepestCall && !seen.has(above); depth++) {
      seen.add(above);
      for (const clue of clueOf.get(above) ?? []) {
        if (clue.blamed !== deeper.blamed) counts.set(clue, (counts.get(clue) ?? 0) + 1);
      }
      above = above.parent;
    }
  }
  return counts;
}

function explainSymptoms(
  clues: readonly Clue[],
  callGraph: readonly CallEdge[],
  explanations: Map<Clue, Explanation>,
): void {
  const callees = calleesOf(callGraph);
  const direct = strongestDirect(clues, explanations);
  const reached = new Map<string, ReadonlySet<string>>();
  for (const clue of clues) {
    if (!clue.mayBeSymptom || clue.blamed === undefined) continue;
    const own = direct.get(clue.blamed);
    let below = reached.get(clue.blamed);
    if (below === undefined) {
      below = reachableFrom(clue.blamed, callees);
      reached.set(clue.blamed, below);
    }
    for (const [service, fault] of direct) {
      if (service === clue.blamed || !below.has(service) || strengthOf(fault.gain) < symptomStrength)
        continue;
      if (own !== undefined && own.gain >= fault.gain) continue;
      keepBest(explanations, clue, { by: fault, share: symptomShare });
    }
  }
}

/** Of each service, the strongest clue that no other service explains and that is no mere symptom; at most 50 services. */
function strongestDirect(
  clues: readonly Clue[],
  explanations: ReadonlyMap<Clue, Explanation>,
): ReadonlyMap<string, Clue> {
  const strongest = new Map<string, Clue>();
  for (const clue of clues) {
    if (clue.blamed === undefined || clue.mayBeSymptom || explanations.has(clue)) continue;
    const known = strongest.get(clue.blamed);
    if (known === undefined || clue.gain > known.gain) strongest.set(clue.blamed, clue);
  }
  return new Map([...strongest].sort((a, b) => b[1].gain - a[1].gain).slice(0, 50));
}

function isStrongEnough(by: Clue, clue: Clue, share: number): boolean {
  return strengthOf(by.gain) >= share * strengthOf(clue.gain);
}

function keepBest(explanations: Map<Clue, Explanation>, clue: Clue, candidate: Explanation): void {
  const known = explanations.get(clue);
  const value = ({ by, share }: Explanation): number => share * strengthOf(by.gain);
  if (known === undefined || value(candidate) > value(known)) explanations.set(clue, candidate);
}
