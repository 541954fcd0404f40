// How much the ranking owes to the incidents that it was made with. First every number of its judgement is stepped down
// and up, by itself, and all incidents are judged again: a number on a knife's edge loses some. Then, for each service at
// fault in recorded incidents, the numbers are chosen anew by what the incidents of the other services gain from those
// steps, and the incidents of that service are judged by them.
import type { Reduce } from '@midwatch/core/incident';
import { printResult } from './bench-result.ts';
import { type Numbers, readJudgement, reduceWith } from './evidence-with.ts';
import { bundleFolders, type Incident, readIncident, simulateIncidents } from './incidents.ts';

/** One number of the judgement, and another value for it. */
interface Step {
  readonly path: readonly string[];
  readonly value: number;
}

/** How an incident was judged. */
interface Score {
  readonly right: boolean;
  /** From -1 to 1: how far the service at fault stands before the first other one, as a share of the larger score. */
  readonly margin: number;
}

const judgement = await readJudgement();
const recorded: Incident[] = [];
for (const folder of bundleFolders) recorded.push(await readIncident(folder));
if (recorded.length === 0)
  process.stderr.write('left-out: no incident bundles in ../shared/eval; simulated incidents only\n');
const incidents = [...recorded, ...(await simulateIncidents(1))];

const before = await judgeAll(judgement, incidents);
printResult({ name: 'left-out.top-1', value: count(before), unit: `of ${before.length} incidents` });

const steps = stepsOf(judgement);
const scoresOf = new Map<Step, readonly Score[]>();
for (const step of steps) {
  const scores = await judgeAll(take(judgement, step), incidents);
  scoresOf.set(step, scores);
  const lost = incidents.filter((_, at) => before[at]?.right === true && scores[at]?.right !== true);
  if (lost.length > 0)
    process.stderr.write(`left-out: ${say(step)} loses ${lost.map(({ name }) => name).join(', ')}\n`);
}
const kept = steps.map((step) => count(scoresOf.get(step) ?? []));
printResult({ name: 'left-out.steps', value: steps.length, unit: 'single steps' });
printResult({
  name: 'left-out.steps.harmless',
  value: kept.filter((right) => right >= count(before)).length,
  unit: 'single steps',
});
printResult({
  name: 'left-out.steps.worst-top-1',
  value: Math.min(...kept),
  unit: `of ${before.length} incidents`,
});

let right = 0;
for (const service of new Set(recorded.map(({ guilty }) => guilty))) {
  const others = recorded.filter(({ guilty }) => guilty !== service);
  const own = recorded.filter(({ guilty }) => guilty === service);
  const { numbers, taken } = await chooseBy(others);
  const scores = await judgeAll(numbers, own);
  right += count(scores);
  process.stderr.write(
    `left-out: without ${service} ${taken.length} numbers change (${taken.map(say).join(', ')}); of its ${own.length} incidents ${count(scores)} are right\n`,
  );
}
if (recorded.length > 0)
  printResult({
    name: 'left-out.tuned-without-its-service.top-1',
    value: right,
    unit: `of ${recorded.length} incidents`,
  });

/** The steps that make the training incidents clearer by themselves, best first, each kept when it still does with the others. */
async function chooseBy(training: readonly Incident[]): Promise<{ numbers: Numbers; taken: Step[] }> {
  const places = training.map((incident) => incidents.indexOf(incident));
  const valueIn = (scores: readonly Score[] | undefined) => value(places.map((place) => scores?.[place]));
  let best = valueIn(before);
  const promising = steps
    .filter((step) => valueIn(scoresOf.get(step)) > best)
    .sort((a, b) => valueIn(scoresOf.get(b)) - valueIn(scoresOf.get(a)));
  let numbers = judgement;
  const taken: Step[] = [];
  for (const step of promising) {
    if (taken.some(({ path }) => path.join() === step.path.join())) continue;
    const changed = take(numbers, step);
    const reached = value(await judgeAll(changed, training));
    if (reached <= best) continue;
    best = reached;
    numbers = changed;
    taken.push(step);
  }
  return { numbers, taken };
}

/** A right answer counts before any margin. */
function value(scores: readonly (Score | undefined)[]): number {
  let sum = 0;
  for (const score of scores) sum += (score?.right === true ? scores.length : 0) + (score?.margin ?? 0);
  return sum;
}

async function judgeAll(numbers: Numbers, wanted: readonly Incident[]): Promise<readonly Score[]> {
  const reduce = await reduceWith(numbers);
  return wanted.map((incident) => judge(reduce, incident));
}

function judge(reduce: Reduce, { alert, collection, guilty }: Incident): Score {
  const { suspects, ceiling } = reduce(collection, alert);
  if (guilty === undefined)
    return { right: ceiling.confidence !== 'HIGH', margin: -(suspects[0]?.score ?? 0) };
  const own = suspects.find(({ service }) => service === guilty)?.score ?? 0;
  const other = suspects.find(({ service }) => service !== guilty)?.score ?? 0;
  return {
    right: suspects[0]?.service === guilty,
    margin: (own - other) / Math.max(own, other, Number.MIN_VALUE),
  };
}

function count(scores: readonly Score[]): number {
  return scores.filter(({ right }) => right).length;
}

/** Half and twice each number; of a share between 0 and 1, half and twice its odds. */
function stepsOf(numbers: Numbers, path: readonly string[] = []): readonly Step[] {
  return Object.entries(numbers).flatMap(([name, number]) => {
    const here = [...path, name];
    if (typeof number !== 'number') return stepsOf(number, here);
    return [0.5, 2].map((factor) => ({
      path: here,
      value: number < 1 ? (factor * number) / (1 - number + factor * number) : factor * number,
    }));
  });
}

function take(numbers: Numbers, { path: [name = '', ...rest], value }: Step): Numbers {
  const inner = numbers[name];
  return { ...numbers, [name]: typeof inner === 'object' ? take(inner, { path: rest, value }) : value };
}

function say({ path, value }: Step): string {
  return `${path.join('.')} ${Number(value.toPrecision(3))}`;
}
