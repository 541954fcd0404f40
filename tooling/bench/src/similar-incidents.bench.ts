// What memory is worth: each kind of simulated incident is remembered from one seed and comes again with two others, in another
// fleet with other names, log formats and places of the fault. Repeats: how often the first memory that is shown has the true
// cause, and how often another. Look-alikes: the same with every memory of its kind left out, so that what is shown misleads. The
// evidence analyzer's answer is the same with memories and without.
import { createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { printResult } from './bench-result.ts';
import { type Incident, simulateIncidents } from './incidents.ts';
import { asText, type Case, measure, recall, toCases } from './similar-incidents.ts';

const seeds = [1, 2, 3];
const incidents = new Map<number, readonly Incident[]>();
for (const seed of seeds) incidents.set(seed, await simulateIncidents(seed));
const cases = seeds.map((seed) => toCases(incidents.get(seed) ?? [], seed));

print('by-signatures', (each) => each);
print('by-words-of-a-text', asText);
printResult({
  name: 'similar-incidents.answers-changed',
  value: await countChanged(),
  unit: 'of the evidence analyzer',
});

function print(name: string, toMemory: (each: Case) => Case): void {
  const measured = cases.map((memories) =>
    measure(cases.filter((others) => others !== memories).flat(), memories.map(toMemory)),
  );
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const count = measured.reduce((sum, { repeats }) => sum + repeats.cases, 0);
  const figures = [
    ['repeats.hits', mean(measured.map(({ repeats }) => repeats.hits))],
    ['repeats.misleads', mean(measured.map(({ repeats }) => repeats.misleads))],
    ['look-alikes.misleads', mean(measured.map(({ lookAlikes }) => lookAlikes.misleads))],
  ] as const;
  for (const [figure, value] of figures)
    printResult({ name: `similar-incidents.${name}.${figure}`, value, unit: `share of ${count}` });
}

/** Of the incidents of the second seed, with what is remembered of the first. */
async function countChanged(): Promise<number> {
  const analyzer = createEvidenceAnalyzer();
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 60_000 };
  let changed = 0;
  for (const { alert, collection, name } of incidents.get(2) ?? []) {
    const evidence = reduce(collection, alert);
    const asked = cases[1]?.find(({ kind }) => name.startsWith(kind));
    const seenBefore = asked === undefined ? [] : recall(asked, cases[0] ?? []);
    const answers = [];
    for (const memories of [[], seenBefore]) {
      const input = { alert, evidence, collection, nowMs: evidence.window.endMs, seenBefore: memories };
      const dossier = format({ ...input, fence: 'a'.repeat(20) });
      answers.push(JSON.stringify(await analyzer.analyze({ alert, evidence, dossier }, call)));
    }
    if (new Set(answers).size > 1) changed += 1;
  }
  return changed;
}
