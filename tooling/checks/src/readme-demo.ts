// Writes what `midwatch demo` prints into the root README. Run by `pnpm readme:update`, after a build.
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
const block = `${begin}\n\n\`\`\`text\n$ npm run demo\n\n${output.trim()}\n\`\`\`\n\n`;
writeFileSync(file, text.slice(0, from) + block + text.slice(to));
