import { readFileSync, statSync } from 'node:fs';
import { PROMPT_VERSION } from '@midwatch/analyzer-claude';
import type { Analysis } from '@midwatch/core/incident';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { closeModels, listenAsModel, toMessage } from '../__fixtures__/model-server.js';
import { createCapture, smallBundle, writeBundle } from '../__fixtures__/small-bundle.js';
import { analyzerOfThen, storeIncident } from '../__fixtures__/stored-incident.js';
import { runCommand } from '../run-command.js';
import type { Replay } from './print-replay.js';

afterEach(closeModels);

const usage = {
  ...{ model: 'claude-haiku-4-5', inputTokens: 6000, outputTokens: 900, costUsd: 0.0105 },
  ...{ cacheWriteTokens: 0, cacheReadTokens: 0, thinkingTokens: 0 },
};
const hypothesis = {
  statement: 'front was changed.',
  service: 'front',
  evidence: ['T1'],
  disprovedBy: 'a call of front that works',
};
const saidThen: Analysis = {
  ...{ verdict: 'candidates', confidence: 'MEDIUM', confidenceReason: 'one kind', summary: 'front is slow.' },
  ...{ hypotheses: [hypothesis], timeline: [], advice: [] },
};
const saysNow = {
  timeline: [],
  hypotheses: [{ ...hypothesis, statement: 'items cannot open its store.', service: 'items', change: null }],
  ...{ verdict: 'cause-found', confidence: 'HIGH', confidenceReason: 'both', summary: 'items is broken.' },
  advice: [
    { action: 'investigate', service: 'items', change: null, reason: 'See its store.', evidence: ['T1'] },
  ],
};

async function replay(folder: string, environment: Record<string, string>, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder, environment);
  const exitCode = await runCommand(['replay', ...argv], terminal);
  return { exitCode, ...written };
}

async function withModel() {
  const { asked, url } = await listenAsModel(({ model }) => ({
    status: 200,
    body: toMessage(saysNow, model),
  }));
  return { asked, environment: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: url } };
}

describe('midwatch replay INCIDENT', () => {
  it('asks another model about what was kept, and shows what differs from then', async () => {
    const folder = writeBundle(smallBundle());
    const { databaseFile, incidentId } = await storeIncident(folder, analyzerOfThen(saidThen, usage));
    const { asked, environment } = await withModel();
    const named = ['--database', databaseFile, '--model', 'claude-sonnet-5-5', '--json'];
    const { exitCode, stdout } = await replay(folder, environment, incidentId, ...named);
    expect(exitCode).toBe(0);
    expect(asked.map(({ model }) => model)).toEqual(['claude-sonnet-5-5']);
    const told = JSON.parse(stdout) as Replay;
    expect(told).toMatchObject({
      ...{ incident: incidentId, readFrom: 'signals', isModelAsked: true, comparedWith: 'answer-then' },
      presentPromptVersion: PROMPT_VERSION,
      before: {
        ...{ analyzer: 'claude-haiku-4-5', promptVersion: '0123456789ab', verdict: 'candidates' },
        ...{ confidence: 'LOW', firstSuspect: 'front', advice: [], costUsd: 0.0105 },
      },
      after: {
        ...{ analyzer: 'claude-sonnet-5-5', promptVersion: PROMPT_VERSION, verdict: 'cause-found' },
        ...{ confidence: 'HIGH', firstSuspect: 'items', advice: ['investigate items'], costUsd: 0.007 },
      },
      evidenceAlone: { differences: [] },
    });
    expect(told.differences).toEqual([
      ...['analyzer', 'promptVersion', 'verdict', 'confidence', 'firstSuspect', 'advice', 'costUsd'],
    ]);
    expect(told.evidenceAlone.before).toEqual(told.evidenceAlone.after);
  });

  it('without a model named asks as production does, and marks for a person what differs', async () => {
    const folder = writeBundle(smallBundle());
    const { databaseFile, incidentId } = await storeIncident(folder, analyzerOfThen(saidThen, usage));
    const { asked, environment } = await withModel();
    const { stdout } = await replay(folder, { ...environment, MIDWATCH_DATABASE: databaseFile }, incidentId);
    expect(asked.map(({ model }) => model)).toEqual(['claude-haiku-5-5']);
    expect(stdout).toMatch(/^\* analyzer +claude-haiku-4-5 +claude-haiku-5-5$/m);
    expect(stdout).toMatch(new RegExp(`^\\* prompt version +0123456789ab +${PROMPT_VERSION}$`, 'm'));
    expect(stdout).toMatch(/^\* first suspect +front +items$/m);
    expect(stdout).toMatch(/^ {2}change +none +none$/m);
    expect(stdout).toMatch(/^\* cost +\$0\.01050 +\$0\.00035$/m);
    expect(stdout).toMatch(/The evidence alone says the same as then: /);
  });

  it('without a key replays the evidence, says so, and writes nothing', async () => {
    const folder = writeBundle(smallBundle());
    const { databaseFile, incidentId } = await storeIncident(folder, analyzerOfThen(saidThen, usage));
    const before = readFileSync(databaseFile);
    const { stdout } = await replay(folder, {}, incidentId, '--database', databaseFile);
    expect(stdout).toContain(
      'No ANTHROPIC_API_KEY: only the evidence analyzer is replayed, no model is asked.',
    );
    expect(stdout).toMatch(/^\* analyzer +claude-haiku-4-5 +evidence$/m);
    expect(readFileSync(databaseFile).equals(before)).toBe(true);
    expect(statSync(databaseFile).size).toBe(before.length);
  });

  it('puts the dossier of then to the analyzers when the signals are gone', async () => {
    const folder = writeBundle(smallBundle());
    const { databaseFile, incidentId } = await storeIncident(folder, analyzerOfThen(saidThen, usage));
    const store = await openSqliteStore({ path: databaseFile });
    await store.prune({ bundlesBeforeMs: Date.UTC(2100, 0), limit: 10 });
    await store.close();
    const { asked, environment } = await withModel();
    const named = [incidentId, '--database', databaseFile, '--json'];
    const told = JSON.parse((await replay(folder, environment, ...named)).stdout) as Replay;
    expect(told).toMatchObject({ readFrom: 'dossier', after: { firstSuspect: 'items' } });
    expect(told.evidenceAlone.differences).toEqual([]);
    expect(asked[0]?.messages[0]?.content).toContain('T1 [items]');
  });

  it('leaves the evidence standing when the model fails, and says why', async () => {
    const folder = writeBundle(smallBundle());
    const { databaseFile, incidentId } = await storeIncident(folder);
    const body = { type: 'error', error: { type: 'authentication_error', message: 'no' } };
    const { url } = await listenAsModel(() => ({ status: 401, body }));
    const environment = { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: url };
    const { stdout } = await replay(folder, environment, incidentId, '--database', databaseFile);
    expect(stdout).toMatch(/Note: claude-haiku-5-5 failed \(auth\); this is what the evidence alone says/);
  });

  it('asks nothing beyond the budget of an incident', async () => {
    const folder = writeBundle(smallBundle());
    const { databaseFile, incidentId } = await storeIncident(folder);
    const { asked, environment } = await withModel();
    const { stdout } = await replay(
      folder,
      { ...environment, MIDWATCH_BUDGET_INCIDENT_USD: '0.0001' },
      ...[incidentId, '--database', databaseFile],
    );
    expect(asked).toEqual([]);
    expect(stdout).toContain('was not asked: the budget of this incident is spent');
  });
});

describe('midwatch replay --bundle', () => {
  it('puts the model beside the evidence, since a bundle holds no answer of then', async () => {
    const folder = writeBundle(smallBundle());
    const { environment } = await withModel();
    const told = JSON.parse((await replay(folder, environment, '--bundle', '.', '--json')).stdout) as Replay;
    expect(told).toMatchObject({
      ...{ incident: 'small', readFrom: 'bundle', comparedWith: 'evidence-now' },
      before: { analyzer: 'evidence', promptVersion: null, costUsd: 0 },
      after: { analyzer: 'claude-haiku-5-5', promptVersion: PROMPT_VERSION },
    });
    const alone = JSON.parse((await replay(folder, {}, '--bundle=.', '--json')).stdout) as Replay;
    expect(alone).toMatchObject({
      ...{ isModelAsked: false, comparedWith: 'nothing', before: null, differences: [] },
      after: { analyzer: 'evidence', firstSuspect: 'items' },
    });
    expect((await replay(folder, {}, '--bundle', '.')).stdout).toMatch(/^ {2}first suspect +items$/m);
  });
});

describe('what cannot be replayed', () => {
  const here = writeBundle(smallBundle());

  it.each([
    [[], 2, 'expected INCIDENT, got none'],
    [['inc-1', '--bundle', '.'], 2, 'expected no argument, got inc-1'],
    [['--bundle', '.', '--database', 'x.db'], 2, 'give one of them'],
    [['inc-1', '--model', 'claude-haiku-4-5'], 2, 'needs ANTHROPIC_API_KEY'],
    [['inc-1', '--database', 'gone.db'], 1, 'gone.db: no such file; name the server'],
    [['inc-1', '--database', 'alert.json'], 1, 'alert.json: file is not a database'],
    [['--bundle', 'gone'], 1, 'gone'],
  ])('%j is refused in one line', async (argv, code, why) => {
    const { exitCode, stderr, stdout } = await replay(here, {}, ...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('an incident that is not there is told with those that are, and an unread one as such', async () => {
    const { databaseFile, incidentId } = await storeIncident(here);
    const { stderr } = await replay(here, {}, 'inc-none', '--database', databaseFile);
    expect(stderr).toContain(`no incident \`inc-none\`; the newest are ${incidentId}`);
    const { databaseFile: fresh } = await storeIncident(here, undefined, { isRead: false });
    const unread = await replay(here, {}, incidentId, '--database', fresh);
    expect(unread.stderr).toContain('nothing was read for it yet');
  });
});
