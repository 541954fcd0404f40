// Writes what `midwatch demo` prints into the root README, down to the timeline: what follows, every query in full, would bury
// the rest of the page. Run by `pnpm readme:update`, after a build.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const begin = '<!-- demo:begin (written by `pnpm readme:update`) -->';
const end = '<!-- demo:end -->';

const output = execFileSync(process.execPath, [join(root, 'apps/cli/dist/main.js'), 'demo'], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, NO_COLOR: '1', COLUMNS: '100' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const file = join(root, 'README.md');
const text = readFileSync(file, 'utf8');
const from = text.indexOf(begin);
const to = text.indexOf(end);
if (from === -1 || to < from) throw new Error(`README.md lacks ${begin} ... ${end}`);
const cut = output.indexOf('\nTimeline\n');
if (cut === -1) throw new Error('the demo prints no timeline to cut before');
const shown = `${output.slice(0, cut).trim()}\n\n... then the timeline, what was not checked, and every query, to run again`;
const block = `${begin}\n\n\`\`\`text\n$ npm run demo\n\n${shown}\n\`\`\`\n\n`;
writeFileSync(file, text.slice(0, from) + block + text.slice(to));
