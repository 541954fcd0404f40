import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readIfThere, runInPlace, toolEnvironment } from './child.mjs';
import { faultTable } from './fault-table.mjs';
import { binaries, root } from './paths.mjs';
import { presentComponents } from './real-components.mjs';
import { mergeRuns, toRunAgain } from './second-run.mjs';
import { packageFolders } from './stamp.mjs';
import { summarise, totalOf } from './totals.mjs';

const runsFolder = join(root, '.turbo/runs');

const reportOf = (/** @type {string} */ folder) => readIfThere(join(root, folder, '.vitest/report.json'));

/**
 * What turbo did, from the summary that it wrote: the tests, and whether anything else failed.
 * @returns {{ tests: import('./totals.mjs').TestTask[], isAllElseWell: boolean }}
 */
function ranTasks() {
  const names = existsSync(runsFolder)
    ? readdirSync(runsFolder).filter((name) => name.endsWith('.json'))
    : [];
  const tasks = names
    .flatMap((name) => JSON.parse(readFileSync(join(runsFolder, name), 'utf8')).tasks)
    .filter((task) => task.command !== '<NONEXISTENT>')
    .map((task) => ({
      ...task,
      exitCode: task.cache?.status === 'HIT' ? 0 : (task.execution?.exitCode ?? 1),
    }));
  return {
    tests: tasks
      .filter(({ task }) => task === 'test')
      .map(({ directory: folder, exitCode, package: packageName }) => ({
        ...{ packageName, folder, exitCode, report: reportOf(folder) },
      })),
    isAllElseWell: tasks.every(({ exitCode, task }) => task === 'test' || exitCode === 0),
  };
}

/**
 * A machine that is busy makes a test with real processes and sockets miss its deadline now and then. What failed runs once more,
 * alone: when it passes, that counts, and it is named.
 * @param {readonly import('./totals.mjs').TestTask[]} tasks
 * @param {NodeJS.ProcessEnv} env
 */
async function runFailedAgain(tasks, env) {
  const again = toRunAgain(tasks);
  /** @type {string[]} */
  const unstable = [];
  const settled = [...tasks];
  for (const [task, files] of again) {
    const cwd = join(root, task.folder);
    process.stdout.write(`\nagain, alone: ${task.packageName}: ${files.join(' ')}\n`);
    rmSync(join(cwd, '.vitest'), { recursive: true, force: true });
    const script = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')).scripts.test;
    // A script of several commands runs whole: the failure of the first has kept the others from running.
    const which = script === 'vitest run' ? files : [];
    const PATH = [join(cwd, 'node_modules/.bin'), env['PATH'] ?? ''].join(delimiter);
    const exitCode = await runInPlace('sh', ['-c', `${script} "$@"`, 'sh', ...which], {
      cwd,
      env: { ...env, PATH },
    });
    const merged = mergeRuns(task, { exitCode, report: reportOf(task.folder) });
    settled[settled.indexOf(task)] = merged.task;
    unstable.push(...merged.unstable.map((text) => `unstable: ${task.packageName}: ${text}`));
  }
  return { tasks: settled, unstable };
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
  const env = {
    ...toolEnvironment(),
    MIDWATCH_EVAL_DATA: hasEvaluationData ? 'present' : 'absent',
    MIDWATCH_REAL_FOUND: presentComponents(),
  };
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
    { cwd: root, env },
  );
  const { isAllElseWell, tests } = ranTasks();
  const { tasks, unstable } = await runFailedAgain(tests, env);
  const { failed, lines: table } = faultTable(tasks);
  const packages = tasks.map(totalOf).sort((a, b) => (a.packageName < b.packageName ? -1 : 1));
  const isWell = isAllElseWell && tests.length > 0 && tasks.every(({ exitCode }) => exitCode === 0);
  const more = { failed, lines: [...table, ...unstable] };
  const { lines, exitCode } = summarise(packages, isWell ? 0 : turboExitCode, more);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return exitCode;
}
