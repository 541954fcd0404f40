// Runs every `*.bench.ts` of this folder, each in its own Node, against the built packages. A benchmark prints JSON lines
// `{ name, value, unit, ratio? }`; they, and nothing else, go to standard output. `pnpm bench NAME` runs a part,
// and gives it what follows.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isBenchResult } from './bench-result.ts';

const deadlineMs = 90 * 60 * 1000;
const [wanted = '', ...flags] = process.argv.slice(2);
/** They take many minutes: each runs when it is named. */
const studies = ['left-out.bench.ts', 'soak.bench.ts'];
const files = readdirSync(import.meta.dirname)
  .filter(
    (name) =>
      name.endsWith('.bench.ts') && name.includes(wanted) && (!studies.includes(name) || wanted !== ''),
  )
  .sort();
if (files.length === 0) {
  process.stderr.write(
    `bench: no benchmark in tooling/bench/src${wanted === '' ? '' : ` is named ${wanted}`}\n`,
  );
  process.exitCode = 1;
}
for (const file of files) {
  const run = spawnSync(process.execPath, ['--expose-gc', join(import.meta.dirname, file), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    timeout: deadlineMs,
    maxBuffer: 16 * 1024 * 1024,
  });
  let results = 0;
  for (const line of run.stdout.split('\n')) {
    if (isBenchResult(line)) {
      results += 1;
      process.stdout.write(`${line}\n`);
    } else if (line !== '') {
      process.stderr.write(`${file}: ${line}\n`);
    }
  }
  if (run.status !== 0 || results === 0) {
    process.stderr.write(`bench: ${file} ended with ${run.status ?? run.signal} and ${results} results\n`);
    process.exitCode = 1;
  }
}
