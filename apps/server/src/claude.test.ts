import type { RequestListener, ServerResponse } from 'node:http';
import type { IncidentDetails } from '@midwatch/core/incident';
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

/** In no telemetry: what the model makes up must not be read by anybody. */
const MADE_UP = 'moonbeam';
const simulated = simulateSources(Date.now());

const hypothesis = {
  statement: 'api-gateway waits for connections since its pool was cut.',
  service: 'api-gateway',
  change: 'D1',
  evidence: ['D1', 'T1'],
  disprovedBy: 'The same waits with the old limit.',
};
const right = {
  timeline: [],
  hypotheses: [hypothesis],
  verdict: 'cause-found',
  confidence: 'HIGH',
  confidenceReason: 'The change and the waits agree.',
  summary: 'api-gateway lacks connections since its pool was cut.',
  advice: [
    {
      action: 'rollback',
      service: 'api-gateway',
      change: 'D1',
      reason: 'It undoes the cut.',
      evidence: ['D1'],
    },
  ],
};
const wrongStatement = `${hypothesis.statement} ${MADE_UP} did it.`;

function message(text: string, more: object = {}): string {
  return JSON.stringify({
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5' },
    ...{ content: [{ type: 'text', text }], stop_reason: 'end_turn' },
    usage: { input_tokens: 6000, output_tokens: 900 },
    ...more,
  });
}

const json = { 'content-type': 'application/json' };
const answer =
  (body: string, status = 200) =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(status, json).end(body);
  };
const says = (change: object) => answer(message(JSON.stringify({ ...right, ...change })));
const refuses = (status: number, type: string) =>
  answer(JSON.stringify({ type: 'error', error: { type, message: MADE_UP } }), status);
const drips: RequestListener = (_, response) => {
  response.writeHead(200, json);
  const timer = setInterval(() => response.write(' '), 500);
  response.on('close', () => clearInterval(timer));
};

/** One incident through a server whose Claude answers like this. */
async function live(claude: RequestListener) {
  const { slack, environment } = await listenAsSlack();
  const asked: number[] = [];
  const baseUrl = await listenHere((request, response) => {
    request.resume();
    request.on('end', () => {
      asked.push(Date.now());
      claude(request, response);
    });
  });
  const { url } = await startHere(
    { ...environment, ANTHROPIC_API_KEY: 'sk-test-0123456789', ANTHROPIC_BASE_URL: baseUrl },
    {
      connectors: simulated.connectors,
      plan: simulated.plan,
      collectDeadlineMs: simulated.collectDeadlineMs,
    },
  );
  const labels = { alertname: 'HighLatency', service: simulated.service };
  const response = await post(`${url}/webhooks/alertmanager`, alertmanagerBody({ labels }));
  const { incidents } = (await response.json()) as { incidents: { id: string }[] };
  await expect.poll(() => slack.messages, { interval: 20 }).toHaveLength(1);
  const first = JSON.stringify(slack.messages[0]);
  // A model that never ends is waited for 25 s.
  await expect.poll(() => slack.messages[0], { timeout: 90_000 }).toMatchObject({ edits: 1 });
  const kept = await getJson<IncidentDetails>(`${url}/incidents/${incidents[0]?.id}`);
  expect(slack.messages).toHaveLength(1);
  return {
    first,
    last: JSON.stringify(slack.messages[0]),
    brief: kept.brief,
    kept: JSON.stringify(kept),
    asked,
  };
}

describe('the evidence brief comes first, and then Claude', () => {
  it('names the cause: Claude speaks, with what it cost', async () => {
    const { first, last, brief } = await live(says({}));
    expect(first).toContain('still reading');
    expect(last).not.toContain('still reading');
    expect(brief).toMatchObject({
      verdict: 'cause-found',
      cause: right.summary,
      footer: { analyzer: 'claude', model: 'claude-haiku-5-5', costUsd: expect.any(Number) },
    });
    expect(brief?.actions[0]?.command).toContain('argocd app rollback api-gateway');
    expect(last).toContain('claude-haiku-5-5');
  });

  it.each([
    [
      'blames a service that nobody saw',
      {
        hypotheses: [{ ...hypothesis, service: MADE_UP, statement: wrongStatement }],
        summary: `${MADE_UP} is down.`,
      },
    ],
    [
      'cites nothing',
      {
        hypotheses: [{ ...hypothesis, statement: wrongStatement, change: null, evidence: [] }],
        summary: `${MADE_UP} is down.`,
      },
    ],
    [
      'cites ids that do not exist',
      {
        hypotheses: [{ ...hypothesis, statement: wrongStatement, change: null, evidence: ['Z9', 'L999'] }],
        summary: `${MADE_UP} is down.`,
      },
    ],
    [
      'quotes numbers that stand nowhere',
      {
        hypotheses: [{ ...hypothesis, statement: 'api-gateway p99 rose to 987654 ms.' }],
        summary: 'It rose to 987654 ms.',
      },
    ],
  ])('that %s: what is made up shows nowhere', async (_, change) => {
    const { last, brief, kept } = await live(says(change));
    expect(last + kept).not.toContain(MADE_UP);
    expect(last + kept).not.toContain('987654');
    expect(brief?.verdict).toBe('cause-found');
    expect(brief?.footer.notes.length).toBeGreaterThan(0);
    expect(brief?.suspects[0]?.service).toBe('api-gateway');
  });

  it.each([
    ['refuses', answer(message('', { stop_reason: 'refusal' })), 'refused'],
    ['is cut off', answer(message('{"verdict":"cause', { stop_reason: 'max_tokens' })), 'truncated'],
    ['writes half a JSON', answer(message(`{"verdict":"${MADE_UP}`)), 'bad-answer'],
    ['has spent its budget', refuses(400, 'invalid_request_error'), 'failed'],
    ['is asked too often', refuses(429, 'rate_limit_error'), 'rate-limited'],
    ['is overloaded', refuses(529, 'overloaded_error'), 'unavailable'],
  ])('that %s: the evidence brief stands and says so', async (_, claude, why) => {
    const { last, brief, kept } = await live(claude);
    expect(brief).toMatchObject({ verdict: 'cause-found', footer: { analyzer: 'evidence' } });
    expect(brief?.footer.notes.join(' ')).toContain(why);
    expect(brief?.footer.notes.join(' ')).toContain('what the evidence alone says');
    expect(last).toContain('what the evidence alone says');
    expect(last + kept).not.toContain(MADE_UP);
  });

  it.each([
    ['drips', drips],
    ['hangs', () => undefined],
  ])(
    'that %s: the first brief does not wait, and the deadline ends it',
    { timeout: 150_000 },
    async (_, claude) => {
      const { first, brief } = await live(claude);
      expect(first).toContain('still reading');
      expect(brief).toMatchObject({ verdict: 'cause-found', footer: { analyzer: 'evidence' } });
      expect(brief?.footer).not.toHaveProperty('pending');
      expect(brief?.footer.notes.join(' ')).toContain('what the evidence alone says');
    },
  );
});
