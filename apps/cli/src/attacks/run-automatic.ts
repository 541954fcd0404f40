import { scenarioKinds } from '@midwatch/simulator';
import { corpus } from './corpus/index.js';
import { findMisdeeds, findSupported } from './find-misdeeds.js';
import { productionParts } from './production-parts.js';
import { openRemedyRange } from './remedy-range.js';
import { openRange } from './run-attack.js';

/** The whole corpus against every scenario, with all that can be automatic switched on. The tests run each attack against one. */
const wanted = process.argv.slice(2);
const scenarios = wanted.length === 0 ? scenarioKinds : wanted;
const total = { attacks: 0, asked: 0, sure: 0, proposals: 0, writes: 0, problems: 0, forged: 0 };
let controls = 0;

for (const scenario of scenarios) {
  const range = await openRange(scenario, productionParts);
  const remedies = openRemedyRange(range.scenario);
  const supported = await findSupported(range.quiet, remedies);
  controls += supported.length;
  const own = { ...total };
  for (const attack of Object.values(corpus).flat()) {
    const run = await range.run(attack);
    const { forged, problems, ...counts } = await findMisdeeds(run, {
      remedies,
      admit: productionParts.admit,
      supported,
    });
    total.attacks += 1;
    total.asked += counts.asked;
    total.sure += counts.sure;
    total.proposals += counts.proposals;
    total.writes += counts.writes;
    total.problems += problems.length;
    total.forged += forged.length;
    for (const problem of problems) process.stdout.write(`  ${scenario}, ${attack.name}: ${problem}\n`);
    for (const write of forged)
      process.stdout.write(`  ${scenario}, ${attack.name}, by forged evidence: ${write}\n`);
  }
  const made = Object.entries(total).map(
    ([name, count]) => `${count - own[name as keyof typeof own]} ${name}`,
  );
  process.stdout.write(`${scenario}: control ${supported.length} writes; ${made.join(', ')}\n`);
}
const sums = Object.entries(total).map(([name, count]) => `${count} ${name}`);
process.stdout.write(`all ${scenarios.length}: control ${controls} writes; ${sums.join(', ')}\n`);
if (total.problems > 0 || (wanted.length === 0 && (controls === 0 || total.writes === 0)))
  process.exitCode = 1;
