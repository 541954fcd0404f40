import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRunbooks } from './read-runbooks.js';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

it('reads the Markdown files of a folder and of those below it, each with its page', async () => {
  const folder = folderOf({
    'b slow.md': '---\nalert: LatencyHigh\n---\n# Slow',
    'db/full.md': '---\nalert: DiskFull\nurl: https://wiki.example/full\n---\n# Full',
    'notes.txt': '# LatencyHigh',
  });
  const runbooks = await readRunbooks({ folder, webUrl: 'https://git.example/runbooks/' });
  expect(runbooks.map(({ path, alerts, url }) => [path, alerts, url])).toEqual([
    ['b slow.md', ['LatencyHigh'], 'https://git.example/runbooks/b%20slow.md'],
    ['db/full.md', ['DiskFull'], 'https://wiki.example/full'],
  ]);
});

it('reads no more than the top of a huge file, and nothing outside of the folder', async () => {
  const outside = folderOf({ 'secret.md': '# Secret' });
  const folder = folderOf({ 'huge.md': `# LatencyHigh\n${'x'.repeat(200_000)}` });
  symlinkSync(join(outside, 'secret.md'), join(folder, 'link.md'));
  symlinkSync(outside, join(folder, 'elsewhere'));
  expect((await readRunbooks({ folder })).map(({ title }) => title)).toEqual(['LatencyHigh']);
});

it('reads a mounted folder once, whose files are links into a hidden one', async () => {
  const folder = folderOf({ '..data/slow.md': '# LatencyHigh' });
  symlinkSync(join('..data', 'slow.md'), join(folder, 'slow.md'));
  expect((await readRunbooks({ folder })).map(({ path }) => path)).toEqual(['slow.md']);
});

it('says so when there is no such folder', async () => {
  await expect(readRunbooks({ folder: join(folderOf({}), 'none') })).rejects.toThrow('ENOENT');
});
