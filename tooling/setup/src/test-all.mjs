import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, runInPlace, toolEnvironment } from './child.mjs';
import { faultTable } from './fault-table.mjs';
import { binaries, root } from './paths.mjs';
import { presentComponents } from './real-components.mjs';
import { packageFolders } from './stamp.mjs';
import { summarise, totalOf } from './totals.mjs';

const runsFolder = join(root, '.turbo/runs');

/**
 * What turbo did, from the summary that it wrote.
 * @returns {import('./totals.mjs').TestTask[]}
 */
function ranTasks() {
  const names = existsSync(runsFolder)
    ? readdirSync(runsFolder).filter((name) => name.endsWith('.json'))
    : [];
  const tasks = names.flatMap((name) => JSON.parse(readFileSync(join(runsFolder, name), 'utf8')).tasks);
  return tasks
    .filter((task) => task.task === 'test' && task.command !== '<NONEXISTENT>')
    .map((task) => ({
      packageName: task.package,
      folder: task.directory,
      exitCode: task.cache?.status === 'HIT' ? 0 : (task.execution?.exitCode ?? 1),
      report: readIfThere(join(root, task.directory, '.vitest/report.json')),
    }));
}

/**
 * Runs every package's tests, counts them and says what could not be run.
 * @param {string[]} args more arguments for `turbo run test`, such as `--filter=@midwatch/core` or `--force`
 * @returns {Promise<number>} the exit code
 */
export async function testAll(args) {
  // A report of an earlier run must not be counted when this one ends before writing its own.
  for (const folder of packageFolders())
    rmSync(join(root, folder, '.vitest'), { recursive: true, force: true });
  rmSync(runsFolder, { recursive: true, force: true });
  const hasEvaluationData = existsSync(join(root, '../shared/eval'));
  const turboExitCode = await runInPlace(
    join(binaries, 'turbo'),
    [
      'run',
      'test',
      '--continue=dependencies-successful',
      // One suite per core: more make each other miss deadlines.
      ...(args.some((arg) => arg.startsWith('--concurrency')) ? [] : ['--concurrency=100%']),
      '--output-logs=errors-only',
      '--ui=stream',
      '--summarize',
      ...args,
    ],
    {
      cwd: root,
      env: {
        ...toolEnvironment(),
        MIDWATCH_EVAL_DATA: hasEvaluationData ? 'present' : 'absent',
        MIDWATCH_REAL_FOUND: presentComponents(),
      },
    },
  );
  const tasks = ranTasks();
  const faults = faultTable(tasks);
  const packages = tasks.map(totalOf).sort((a, b) => (a.packageName < b.packageName ? -1 : 1));
  const { lines, exitCode } = summarise(packages, turboExitCode, faults);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return exitCode;
}
