import type { CallEdge } from '@midwatch/core/incident';
import type { ChangeClue } from '../changes/find-changes.js';
import { type Clue, type ClueFamily, clueFamilies } from '../clues/clue.js';
import { judgement } from '../judgement.js';
import { strengthOf } from '../statistics/evidence-gain.js';
import { type Explanation, explainClues } from './explanations.js';

/** A service with all that speaks against it. */
export interface RankedSuspect {
  readonly service: string;
  readonly score: number;
  /** What each family of clues adds, 0 to 1, after what other services explain is taken off. */
  readonly families: ReadonlyMap<ClueFamily, number>;
  /** Its own clues that count, strongest first. */
  readonly clues: readonly Clue[];
  readonly change: ChangeClue | undefined;
  readonly victims: readonly string[];
  /** Clues of victims that this suspect explains. */
  readonly explains: readonly Clue[];
}

const { leftWhenExplained, certain } = judgement.explanations;
const { further, ...familyShare } = judgement.families;
const mostSuspects = 10;
const leastScore = 0.05;

/**
 * The ranking. For each service and family the clues' nats are summed, each further one at half its weight, clues that a
 * deeper fault explains at little; the sum becomes a strength between 0 and 1. A score is the weighted sum over families,
 * plus a bonus for a change of the service that fits its symptoms.
 */
export function rankSuspects(
  clues: readonly Clue[],
  changes: readonly ChangeClue[],
  callGraph: readonly CallEdge[],
): readonly RankedSuspect[] {
  const explanations = explainClues(clues, callGraph);
  const byService = new Map<string, Clue[]>();
  for (const clue of clues) {
    if (clue.blamed !== undefined) listOf(byService, clue.blamed).push(clue);
  }
  for (const change of changes) listOf(byService, change.service);
  const victimsOf = gatherVictims(clues, explanations, callGraph);
  const suspects = Array.from(byService, ([service, own]): RankedSuspect => {
    const families = new Map<ClueFamily, number>();
    for (const family of clueFamilies) {
      const value = familyValue(
        own.filter((clue) => clue.family === family),
        explanations,
      );
      if (value > 0) families.set(family, value);
    }
    let symptoms = 0;
    for (const [family, value] of families) symptoms += familyShare[family] * value;
    const change = bestChange(changes, service);
    const { alone, withSymptoms, symptomsEnough } = judgement.changes;
    const enough = Math.min(1, symptoms / symptomsEnough);
    const bonus = (change?.draft.strength ?? 0) * (alone + (withSymptoms - alone) * enough);
    return {
      service,
      score: symptoms + bonus,
      families,
      clues: own.toSorted((a, b) => effectiveGain(b, explanations) - effectiveGain(a, explanations)),
      change,
      victims: victimsOf.get(service)?.services ?? [],
      explains: victimsOf.get(service)?.clues ?? [],
    };
  });
  return suspects
    .filter((suspect) => suspect.score >= leastScore)
    .sort((a, b) => b.score - a.score || (a.service < b.service ? -1 : 1))
    .slice(0, mostSuspects);
}

function listOf(byService: Map<string, Clue[]>, service: string): Clue[] {
  let list = byService.get(service);
  if (list === undefined) {
    list = [];
    byService.set(service, list);
  }
  return list;
}

function effectiveGain(clue: Clue, explanations: ReadonlyMap<Clue, Explanation>): number {
  const explanation = explanations.get(clue);
  if (explanation === undefined) return clue.gain;
  return Math.min(clue.gain, certain) * (1 - (1 - leftWhenExplained) * explanation.share);
}

function familyValue(clues: readonly Clue[], explanations: ReadonlyMap<Clue, Explanation>): number {
  const gains = clues.map((clue) => effectiveGain(clue, explanations)).sort((a, b) => b - a);
  let sum = 0;
  let share = 1;
  for (const gain of gains.slice(0, 10)) {
    sum += gain * share;
    share *= further;
  }
  return strengthOf(sum);
}

function bestChange(changes: readonly ChangeClue[], service: string): ChangeClue | undefined {
  let best: ChangeClue | undefined;
  for (const change of changes) {
    if (change.service !== service) continue;
    if (best === undefined || change.draft.strength > best.draft.strength) best = change;
  }
  return best;
}

/** Services whose clues a suspect explains, and those it calls whose traffic fell because it no longer calls them. */
function gatherVictims(
  clues: readonly Clue[],
  explanations: ReadonlyMap<Clue, Explanation>,
  callGraph: readonly CallEdge[],
): ReadonlyMap<string, { readonly services: readonly string[]; readonly clues: readonly Clue[] }> {
  const victims = new Map<string, { services: Set<string>; clues: Clue[] }>();
  const add = (suspect: string, victim: string | undefined, clue: Clue): void => {
    if (victim === undefined || victim === suspect) return;
    let known = victims.get(suspect);
    if (known === undefined) {
      known = { services: new Set(), clues: [] };
      victims.set(suspect, known);
    }
    known.services.add(victim);
    known.clues.push(clue);
  };
  for (const [clue, { by }] of explanations) {
    if (by.blamed !== undefined) add(by.blamed, clue.blamed, clue);
  }
  const starved = new Map<string, Clue>();
  for (const clue of clues) {
    if (clue.family === 'traffic' && clue.blamed === undefined && clue.draft.service !== undefined) {
      starved.set(clue.draft.service, clue);
    }
  }
  for (const { caller, callee } of callGraph) {
    const clue = starved.get(callee);
    if (clue !== undefined) add(caller, callee, clue);
  }
  return new Map(
    Array.from(victims, ([suspect, { services, clues: theirs }]) => [
      suspect,
      { services: [...services].sort(), clues: theirs },
    ]),
  );
}
