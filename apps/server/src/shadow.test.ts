import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROMPT_VERSION } from '@midwatch/analyzer-claude';
import type { IncidentDetails, IncidentHistory } from '@midwatch/core/incident';
import type { Accuracy, ShadowComparisons } from '@midwatch/ledger';
import {
  countQuarter,
  countShadowMonth,
  playQuarter,
  rounded,
  simulateShadowMonth,
} from '@midwatch/simulator/quarter';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import {
  alertmanagerBody,
  closeAll,
  getJson,
  listenAsSlack,
  listenHere,
  post,
  startHere,
} from './__fixtures__/running-server.js';
import { simulateSources } from './simulated-sources.js';

afterAll(closeAll);

const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
const KEY = 'sk-test-0123456789';
const DAY_MS = 86_400_000;

interface Asked {
  readonly model: string;
  readonly system: string;
  readonly messages: unknown;
}

/** A server that speaks the Messages API: the shadow's answer says so. */
async function listenAsClaude() {
  const asked: Asked[] = [];
  const url = await listenHere((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const question = JSON.parse(text) as Asked;
      asked.push(question);
      const isShadow = question.system.startsWith('My own prompt');
      const service = 'api-gateway';
      const statement = isShadow ? 'SHADOW: it waits for connections.' : 'It waits for connections.';
      const answer = {
        timeline: [],
        hypotheses: [
          { statement, service, change: 'D1', evidence: ['D1', 'T1'], disprovedBy: 'Waits without it.' },
        ],
        ...{
          verdict: 'cause-found',
          confidence: 'HIGH',
          confidenceReason: 'Both agree.',
          summary: statement,
          advice: [],
        },
      };
      const message = {
        ...{
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: question.model,
          stop_reason: 'end_turn',
        },
        content: [{ type: 'text', text: JSON.stringify(answer) }],
        usage: { input_tokens: 6_000, output_tokens: isShadow ? 500 : 900 },
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
    });
  });
  return {
    asked,
    environment: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: url, MIDWATCH_LARGER_MODEL: 'none' },
  };
}

describe('a server with a shadow', () => {
  it('asks it the same with its own prompt, shows it in the history alone, and compares it', async () => {
    const promptFile = join(folder, 'prompt.txt');
    writeFileSync(promptFile, 'My own prompt: name the cause.\n');
    const { asked, environment: claude } = await listenAsClaude();
    const { slack, environment } = await listenAsSlack();
    const { connectors, plan, collectDeadlineMs, service } = simulateSources(Date.now());
    const { url } = await startHere(
      { ...environment, ...claude, MIDWATCH_SHADOW_PROMPT_FILE: promptFile },
      { connectors, plan, collectDeadlineMs },
    );
    const body = alertmanagerBody({ labels: { alertname: 'HighLatency', service } });
    const received = await post(`${url}/webhooks/alertmanager`, body);
    const { incidents } = (await received.json()) as { incidents: { id: string }[] };
    const path = `${url}/incidents/${incidents[0]?.id}`;
    const read = () => getJson<IncidentDetails & IncidentHistory>(path);
    await expect.poll(async () => (await read()).analyses).toHaveLength(3);
    const { analyses, ...incident } = await read();
    const [shown, shadow] = asked;
    expect(asked).toHaveLength(2);
    expect(shadow).toEqual({ ...shown, system: 'My own prompt: name the cause.' });
    expect(analyses).toMatchObject([
      { analyzer: { name: 'evidence' }, wasShown: true, isShadow: false },
      { analyzer: { promptVersion: PROMPT_VERSION }, wasShown: true, isShadow: false },
      {
        analyzer: { model: 'claude-haiku-5-5', promptVersion: expect.not.stringContaining(PROMPT_VERSION) },
        ...{ wasShown: false, isShadow: true, state: 'admitted', services: ['api-gateway'] },
        usage: { outputTokens: 500, costUsd: expect.any(Number) },
      },
    ]);
    const version = analyses[2]?.analyzer.promptVersion ?? '';
    expect(slack.messages.length).toBeGreaterThan(0);
    const told = JSON.stringify([incident, slack.messages, await (await fetch(`${path}/look`)).json()]);
    expect(told).not.toContain('SHADOW');
    expect(told).not.toContain(version);

    const settled = await post(`${path}/outcome`, '{"judgement":"right"}');
    expect(settled.status).toBe(200);
    const { comparisons } = await getJson<ShadowComparisons>(`${url}/accuracy/shadow`);
    expect(comparisons).toMatchObject([
      {
        ...{ shown: { promptVersion: PROMPT_VERSION }, shadow: { promptVersion: version }, incidents: 1 },
        ...{ sameService: { share: 1 }, outcomes: { bothRight: 1 }, says: 'too-little', p: 1 },
      },
    ]);
    // It was billed, and it is nobody's answer.
    const { all, groups } = await getJson<Accuracy>(`${url}/accuracy?by=prompt-version`);
    expect(all).toMatchObject({
      incidents: 1,
      cost: { answers: 2 },
      answered: { count: 1 },
      settled: { count: 1 },
    });
    expect(groups.map(({ figures, isOther, key }) => [isOther || key, figures.attempted.count])).toEqual([
      [PROMPT_VERSION, 1],
      [true, 0],
    ]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('midwatch_step_duration_seconds_count{kind="shadow",outcome="done"} 1');
    expect(metrics).toMatch(/midwatch_queue_overdue_seconds\{queue="steps"\} 0\n/);
  });

  it.each([
    [{ MIDWATCH_SHADOW_MODEL: 'a model' }, 'must be the name of a model'],
    [{ MIDWATCH_SHADOW_MODEL: 'claude-haiku-5-5' }, 'give it another `model` or `prompt`'],
    [{ MIDWATCH_SHADOW_PROMPT_FILE: 'gone.txt' }, 'gone.txt: cannot be read (ENOENT)'],
    [{ MIDWATCH_SHADOW_PROMPT_FILE: join(folder, 'empty.txt') }, 'the prompt is empty'],
    [{ MIDWATCH_SHADOW_PROMPT_FILE: join(folder, 'bytes.bin') }, 'is not UTF-8'],
    [{ MIDWATCH_SHADOW_PROMPT_FILE: join(folder, 'long.txt') }, 'larger than 256 KiB'],
  ])('does not start with %j', async (environment, message) => {
    writeFileSync(join(folder, 'empty.txt'), '\n');
    writeFileSync(join(folder, 'bytes.bin'), new Uint8Array([0xff, 0xfe]));
    writeFileSync(join(folder, 'long.txt'), 'x'.repeat(256 * 1024 + 1));
    await expect(startHere({ ANTHROPIC_API_KEY: KEY, ...environment })).rejects.toThrow(message);
  });
});

describe('a simulated month in which the shadow is better', () => {
  it('is compared as loops over its incidents do, and counts in no other figure', async () => {
    const incidents = simulateShadowMonth(Date.now());
    const databaseFile = join(folder, 'month.db');
    const store = await openSqliteStore({ path: databaseFile });
    await playQuarter(store, incidents);
    await store.close();
    const { url } = await startHere({ MIDWATCH_DATABASE: databaseFile });
    const part = `?from=${incidents[60]!.openedAtMs}&to=${incidents[240]!.openedAtMs}`;
    const few = `?from=${incidents[60]!.openedAtMs}&to=${incidents[80]!.openedAtMs}`;
    const said: string[] = [];
    for (const window of ['', part, few]) {
      const { comparisons, fromMs, toMs } = await getJson<ShadowComparisons>(
        `${url}/accuracy/shadow${window}`,
      );
      expect(rounded(comparisons)).toEqual([rounded(countShadowMonth(incidents, fromMs, toMs))]);
      said.push(comparisons[0]!.says);
    }
    expect(said).toEqual(['shadow-better', 'shadow-better', 'too-little']);
    const nothing = await getJson<ShadowComparisons>(`${url}/accuracy/shadow?to=${incidents[0]!.openedAtMs}`);
    expect(nothing.comparisons).toEqual([]);

    const { all, fromMs, toMs } = await getJson<Accuracy>(`${url}/accuracy`);
    expect(rounded(all)).toEqual(rounded(countQuarter(incidents, fromMs, toMs)));
    const without = incidents.map((each) => ({
      ...each,
      analyses: each.analyses.filter(({ isShadow }) => !isShadow),
    }));
    const { cost: _, ...figures } = rounded(all);
    const { cost: __, ...expected } = rounded(countQuarter(without, fromMs, toMs));
    expect(figures).toEqual(expected);
    expect(toMs - fromMs).toBeGreaterThan(30 * DAY_MS);
  });
});
