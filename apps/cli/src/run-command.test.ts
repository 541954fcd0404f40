import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

async function run(folder: string, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

const here = mkdtempSync(join(tmpdir(), 'midwatch-'));

describe('the command line', () => {
  it.each([
    ['an unknown command', ['watch'], 'unknown command `watch`; there are demo, investigate, eval, patterns'],
    ['an unknown option', ['demo', '--sede', '3'], "Unknown option '--sede'"],
    ['a missing argument', ['investigate'], 'expected ALERT.json, got none'],
    ['a seed that is no number', ['demo', '--seed', 'x'], '--seed takes a whole number from 0 up, got `x`'],
    ['an unknown kind', ['eval', '.', '--without', 'smells'], '--without takes logs or metrics'],
    ['two sources', ['investigate', 'a.json', '--bundle', 'b', '--config', 'c'], 'give one of them'],
  ])('refuses %s with one line and exit code 2', async (_, argv, message) => {
    const { exitCode, stderr, stdout } = await run(here, ...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });

  it('explains itself', async () => {
    expect((await run(here, 'help')).stdout).toContain('midwatch investigate ALERT.json');
    expect(await run(here)).toMatchObject({ exitCode: 2 });
    expect((await run(here, 'eval', '--help')).exitCode).toBe(0);
  });
});

describe('midwatch investigate --bundle', () => {
  const investigate = (folder: string, ...more: readonly string[]) =>
    run(folder, 'investigate', 'alert.json', '--bundle', '.', ...more);

  it('prints one JSON object and nothing else, and names the service that fails', async () => {
    const { exitCode, stdout, stderr } = await investigate(writeBundle(smallBundle()), '--json');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      suspects: [expect.objectContaining({ service: 'items' }), ...JSON.parse(stdout).suspects.slice(1)],
      analysis: { analyzer: { name: expect.any(String) } },
      brief: { service: 'front' },
    });
  });

  it('tells on stderr what is read, a line for each source, and the brief on stdout', async () => {
    const { stdout, stderr } = await investigate(writeBundle(smallBundle()));
    expect(stderr).toMatch(/logs +window +\d+\.\d\d s {2}ok/);
    expect(stderr).toMatch(/traces +window/);
    expect(stdout).toContain('ItemsFailing: front in demo');
    expect(stdout).not.toContain('\u001b');
  });

  it('does not depend on the truth', async () => {
    const folder = writeBundle(smallBundle());
    const withoutTimes = (json: string) =>
      JSON.stringify(JSON.parse(json), (key, value: unknown) =>
        /^(timings|collectedMs|startedMs|durationMs)$/.test(key) ? 0 : value,
      );
    const before = await investigate(folder, '--json');
    rmSync(join(folder, 'truth.json'));
    const after = await investigate(folder, '--json');
    expect(withoutTimes(after.stdout)).toBe(withoutTimes(before.stdout));
  });

  it('goes on without traces, and says that they were not looked at', async () => {
    const folder = writeBundle(smallBundle());
    rmSync(join(folder, 'traces.jsonl.gz'));
    const { exitCode, stdout } = await investigate(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('traces: not configured');
  });

  it('names a truncated gzip and goes on with what was readable', async () => {
    const folder = writeBundle(smallBundle());
    const file = join(folder, 'traces.jsonl.gz');
    writeFileSync(file, readFileSync(file).subarray(0, 600));
    const { exitCode, stdout } = await investigate(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\(traces\): (not checked|checked in part)/);
    expect(stdout).toContain('traces.jsonl.gz');
  });

  it('names a broken line and keeps the others', async () => {
    const folder = writeBundle(smallBundle());
    const file = join(folder, 'logs.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[3] = '{"resourceLogs": [';
    writeFileSync(file, lines.join('\n'));
    const { exitCode, stdout } = await investigate(folder, '--json');
    expect(exitCode).toBe(0);
    const { sources } = JSON.parse(stdout) as {
      sources: { kind: string; gaps: { reason: string; detail?: string }[] }[];
    };
    const gaps = sources.filter(({ kind }) => kind === 'logs').flatMap((source) => source.gaps);
    expect(gaps).toContainEqual(
      expect.objectContaining({ reason: 'invalid-item', detail: expect.stringContaining('logs.jsonl:4') }),
    );
  });

  it.each([
    ['an alert that is not JSON', 'alert.json', '{"alerts": [', /alert\.json: the body is not JSON/],
    ['an alert of another shape', 'alert.json', '{"event": 1}', /alert\.json: no list `alerts`/],
    ['a bundle whose incident.json is not JSON', 'incident.json', 'now', /incident\.json/],
    ['a bundle without times', 'incident.json', '{"id":"x","namespace":"y"}', /incident\.json.*(now|window)/],
  ])('ends on %s with one clear line', async (_, name, text, message) => {
    const folder = writeBundle(smallBundle());
    writeFileSync(join(folder, name), text);
    const { exitCode, stderr, stdout } = await investigate(folder, '--json');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });

  it('says which file is missing', async () => {
    const { exitCode, stderr } = await run(here, 'investigate', 'nowhere.json', '--bundle', '.');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/nowhere\.json: cannot be read \(ENOENT\)/);
  });
});

describe('midwatch eval', () => {
  it('scores every bundle of a folder, with the fields that readers count on', async () => {
    const folder = writeBundle(smallBundle());
    const { exitCode, stdout } = await run(folder, 'eval', '.', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      incidents: 1,
      top1: 1,
      top3: 1,
      top5: 1,
      answered: expect.any(Number),
      high: { count: expect.any(Number), correct: expect.any(Number) },
      meanDossierTokens: expect.any(Number),
      meanMs: { collect: expect.any(Number), reduce: expect.any(Number), format: expect.any(Number) },
      perIncident: [
        {
          id: 'small',
          suspects: expect.arrayContaining(['items']),
          verdict: expect.any(String),
          confidence: expect.any(String),
          correct: true,
        },
      ],
      confusions: [],
      faults: [],
    });
  });

  it('maps the suspects alike under other names, and leaves a source out when told', async () => {
    const folder = writeBundle(smallBundle());
    const suspects = async (...more: readonly string[]) => {
      const { stdout } = await run(folder, 'eval', '.', '--json', ...more);
      return (JSON.parse(stdout) as { perIncident: { suspects: string[] }[] }).perIncident[0]?.suspects;
    };
    expect(await suspects('--rename', '7')).toEqual(await suspects());
    expect(await suspects('--without', 'traces')).toBeDefined();
  });

  it('knows no truth where there is none', async () => {
    const folder = writeBundle(smallBundle());
    rmSync(join(folder, 'truth.json'));
    const { stdout } = await run(folder, 'eval', '.', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ incidents: 1, perIncident: [{ correct: null }] });
  });

  it('says that a folder holds no bundle', async () => {
    expect(await run(here, 'eval', '.')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no incident bundle'),
    });
  });
});

describe('midwatch patterns', () => {
  it('groups by statement and speaks of lines by their LineId', async () => {
    const file = join(here, 'lines.csv');
    writeFileSync(file, 'LineId,Content\n11,"opened, door 7"\n12,closed window 3\n13,"opened, door 9"\n');
    const { stdout } = await run(here, 'patterns', 'lines.csv', '--json');
    const { lines, groups } = JSON.parse(stdout) as { lines: number; groups: number[][] };
    expect(lines).toBe(3);
    expect(groups.map((group) => group.join()).sort()).toEqual(['11,13', '12']);
  });

  it('says which column is missing', async () => {
    writeFileSync(join(here, 'other.csv'), 'A,B\n1,2\n');
    const { exitCode, stderr } = await run(here, 'patterns', 'other.csv', '--json');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no column `Content`');
  });
});
