// The root commands: `npm start`, `npm run demo`, `npm run midwatch` and `npm test`. Needs Node 20, npm and nothing installed.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 20) {
  process.stderr.write(`midwatch: this is Node ${process.versions.node}; use Node 20 or later.\n`);
  process.exit(1);
}

const { runInPlace, SetupError } = await import('./child.mjs');
const { ensureBuilt, ensureInstalled, mainFile, nodeToRun } = await import('./prepare.mjs');

/** @param {'midwatch' | '@midwatch/server'} name @param {string[]} args */
async function runProgram(name, args) {
  await ensureInstalled();
  await ensureBuilt(name);
  // npm starts scripts in the root; paths that the person gave are relative to where they were.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  return runInPlace(nodeToRun(), ['--enable-source-maps', mainFile(name), ...args], { cwd });
}

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  start: (args) => runProgram('@midwatch/server', args),
  demo: (args) => runProgram('midwatch', ['demo', ...args]),
  midwatch: (args) => runProgram('midwatch', args),
  test: async (args) => {
    await ensureInstalled();
    const { testAll } = await import('./test-all.mjs');
    return testAll(args);
  },
  install: async () => {
    await ensureInstalled();
    return 0;
  },
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new SetupError(`commands: ${Object.keys(commands).join(', ')}`);
  process.exitCode = await command(args);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`midwatch: ${error.message}\n`);
  process.exitCode = 1;
}
