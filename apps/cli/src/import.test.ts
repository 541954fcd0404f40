import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toWords } from '@midwatch/core';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { describe, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

async function newFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  mkdirSync(join(folder, 'past'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  await (await openSqliteStore({ path: join(folder, 'midwatch.db') })).close();
  return folder;
}

async function run(folder: string, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder);
  const exitCode = await runCommand(['import', ...argv], terminal);
  return { exitCode, ...written };
}

async function find(folder: string, text: string) {
  const store = await openSqliteStore({ path: join(folder, 'midwatch.db') });
  const { memories } = await store.memories.search({ signatures: [text], words: toWords(text), limit: 9 });
  await store.close();
  return memories;
}

const lowered = {
  ...{ service: 'checkout', date: '2026-03-01', cause: 'POOL_MAX lowered, password=hunter2hunter2' },
  ...{ causeService: 'db-proxy', signals: ['connection pool exhausted', 'token=hunter2hunter2'] },
};
const toLines = (...incidents: readonly object[]) => incidents.map((each) => JSON.stringify(each)).join('\n');

const postMortem = `---
title: A night without checkouts
service: checkout
date: 2026-03-01T03:41:00Z
authors:
  - somebody
cause-service: "db-proxy"
---
# What happened
Long night.
## Symptoms
Connection pool exhausted on every instance.
## Root cause
POOL_MAX was lowered to 10.
## Actions
None.
`;

describe('midwatch import', () => {
  it('keeps JSON lines, redacted, and the same again changes nothing', async () => {
    const signatures = ['log-pattern checkout new pool exhausted'];
    const folder = await newFolder({ 'past.jsonl': `${toLines(lowered, { ...lowered, signatures })}\n\n` });
    const { exitCode, stdout } = await run(folder, 'past.jsonl');
    expect([exitCode, stdout]).toEqual([
      0,
      `2 past incidents are remembered in ${join(folder, 'midwatch.db')}.\n` +
        '1 have no signatures and are found by words of their text only: a much weaker hint, seldom shown.\n',
    ]);
    const memories = await find(folder, 'exhausted connection pool');
    expect(memories).toHaveLength(2);
    expect(memories[0]).toMatchObject({
      atMs: Date.UTC(2026, 2, 1),
      service: 'checkout',
      causeService: 'db-proxy',
    });
    expect(JSON.stringify(memories)).not.toContain('hunter2hunter2');
    expect(await find(folder, signatures[0]!)).toEqual(
      expect.arrayContaining([expect.objectContaining({ signatures })]),
    );
    expect((await run(folder, 'past.jsonl', '--json')).stdout).toBe('{"added":0,"known":2,"byWords":1}\n');
  });

  it('keeps a folder of post-mortems by their front matter and headings', async () => {
    const folder = await newFolder({
      'past/2026-03-01.md': postMortem,
      'past/notes.txt': 'not a post-mortem',
    });
    expect((await run(folder, 'past')).exitCode).toBe(0);
    expect(await find(folder, 'exhausted')).toMatchObject([
      {
        ...{ atMs: Date.UTC(2026, 2, 1, 3, 41), service: 'checkout', causeService: 'db-proxy' },
        ...{
          cause: 'POOL_MAX was lowered to 10.',
          words: ['connection', 'pool', 'exhausted', 'every', 'instance'],
        },
      },
    ]);
  });

  it('loses no post-mortem and no part of a section without a word', async () => {
    const past = (cause: string) =>
      `---\nservice: cart\ndate: 2026-01-02\n---\n## Root cause\n${cause}\n## Actions\nNone.\n`;
    const folder = await newFolder({
      'past.jsonl': `\uFEFF${toLines(lowered)}\r\n`,
      'past/2025/first.markdown': past('alpha\n### Why\nbravo'),
      'past/SECOND.MD': past('charlie\n```sh\n# a remark\n```\ndelta'),
      'past/a-folder.md/third.md': past('echo'),
    });
    expect((await run(folder, 'past', '--json')).stdout).toBe('{"added":3,"known":0,"byWords":3}\n');
    const causes = (await find(folder, 'bravo delta echo')).map(({ cause }) => cause);
    expect(causes.toSorted()).toEqual([
      'alpha\n### Why\nbravo',
      'charlie\n```sh\n# a remark\n```\ndelta',
      'echo',
    ]);
    expect((await run(folder, 'past.jsonl', '--json')).stdout).toBe('{"added":1,"known":0,"byWords":1}\n');
  });

  it('refuses another encoding, and a field that is told twice', async () => {
    const folder = await newFolder({
      'past/twice.md': postMortem.replace('authors:', 'service: cart\nauthors:'),
    });
    const latin = [toLines(lowered), toLines({ ...lowered, cause: 'Überlauf' })].join('\n');
    writeFileSync(join(folder, 'past.jsonl'), Buffer.from(latin, 'latin1'));
    const { stderr } = await run(folder, 'past.jsonl');
    expect(stderr).toBe('midwatch: past.jsonl:2: it is no UTF-8; nothing was imported\n');
    expect((await run(folder, 'past')).stderr).toMatch(/^twice\.md:5: `service` is told twice\n/);
    expect(await find(folder, 'connection pool exhausted')).toEqual([]);
  });

  it('imports nothing when a part cannot be read, and says where', async () => {
    const { cause: _, ...causeless } = lowered;
    const folder = await newFolder({
      'past.jsonl': `${toLines(lowered)}\n{"service":\n${toLines(causeless, { ...lowered, hunter2: 1 }, { ...lowered, date: 'May' })}`,
      'past/good.md': postMortem,
      'past/late.md': postMortem.replace('2026-03-01T03:41:00Z', 'a Sunday'),
      'past/odd.md': postMortem.replace('authors:', 'authors, all'),
      'past/plain.md': '# No front matter',
    });
    const lines = await run(folder, 'past.jsonl');
    expect(lines.exitCode).toBe(1);
    expect(lines.stderr.split('\n')).toMatchObject([
      'past.jsonl:2: it is no JSON',
      expect.stringMatching(/^past\.jsonl:3: `cause` is missing, or none/),
      'past.jsonl:4: 1 fields that no past incident has',
      expect.stringMatching(/^past\.jsonl:5: `date` is missing, or none/),
      'midwatch: 4 past incidents cannot be read; nothing was imported',
      '',
    ]);
    const { stderr } = await run(folder, 'past');
    expect(stderr).toMatch(
      /^late\.md:4: `date` is missing.*\nodd\.md:5: it is neither .*\nplain\.md:1: it does not begin/,
    );
    expect(await find(folder, 'connection pool exhausted')).toEqual([]);
    expect((await run(folder, 'nowhere')).stderr).toBe('midwatch: nowhere: no such file or folder\n');
  });
});
