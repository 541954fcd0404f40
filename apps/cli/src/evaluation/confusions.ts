import type { IncidentResult } from './score.js';

/** One service was named first where another was at fault. */
export interface Confusion {
  readonly truth: string;
  /** `null` where nobody was suspected. */
  readonly named: string | null;
  readonly incidents: readonly string[];
}

/** The score of the incidents of one kind of fault, as their truth names it. */
export interface FaultScore {
  readonly fault: string;
  readonly incidents: number;
  readonly top1: number;
  readonly top3: number;
  readonly high: { readonly count: number; readonly correct: number };
}

/** Who was named first instead of whom, the commonest first. */
export function findConfusions(results: readonly IncidentResult[]): readonly Confusion[] {
  const byPair = new Map<string, Confusion & { readonly incidents: string[] }>();
  for (const { id, suspects, correct, truth } of results) {
    if (truth === undefined || correct !== false) continue;
    const named = suspects[0] ?? null;
    const key = JSON.stringify([truth.service, named]);
    const known = byPair.get(key);
    if (known === undefined) byPair.set(key, { truth: truth.service, named, incidents: [id] });
    else known.incidents.push(id);
  }
  return [...byPair.values()].sort((one, other) => other.incidents.length - one.incidents.length);
}

/** Empty where no truth tells a kind of fault. */
export function scoreByFault(results: readonly IncidentResult[]): readonly FaultScore[] {
  const byFault = Map.groupBy(
    results.filter(({ truth }) => truth?.fault !== undefined),
    ({ truth }) => truth?.fault ?? '',
  );
  return [...byFault]
    .map(([fault, those]): FaultScore => {
      const within = (places: number) => those.filter(({ rank }) => rank !== null && rank <= places).length;
      const high = those.filter(
        ({ confidence, verdict }) => confidence === 'HIGH' && verdict === 'cause-found',
      );
      return {
        fault,
        incidents: those.length,
        top1: within(1),
        top3: within(3),
        high: { count: high.length, correct: high.filter(({ correct }) => correct === true).length },
      };
    })
    .sort((one, other) => (one.fault < other.fault ? -1 : 1));
}

/** What a person reads below the scores. */
export function sayConfusions(confusions: readonly Confusion[], faults: readonly FaultScore[]): string {
  const lines = faults.map(
    ({ fault, incidents, top1, top3, high }) =>
      `  ${fault}: ${top1} of ${incidents} first, ${top3} among three, HIGH ${high.count} of which ${high.correct} right\n`,
  );
  const wrong = confusions.map(
    ({ truth, named, incidents }) => `  ${named ?? 'nobody'} instead of ${truth}: ${incidents.join(', ')}\n`,
  );
  return [...lines, ...wrong].join('');
}
