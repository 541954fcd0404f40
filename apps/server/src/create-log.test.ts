import { describe, expect, it } from 'vitest';
import { createLog, logRequest } from './create-log.js';
import { readEnvironment } from './environment.js';
import { secretsOf } from './secrets-of.js';

const environment = {
  MIDWATCH_TOKENS: 'admin:an-odd-token-of-ours',
  MIDWATCH_WEBHOOK_TOKEN: 'another-odd-one-of-ours',
  DATABASE_URL: 'postgres://midwatch:what-opens-the-database@db.example.com/midwatch',
  ANTHROPIC_API_KEY: 'what-the-model-is-paid-with',
  SLACK_BOT_TOKEN: 'what-slack-gave',
  SLACK_CHANNEL: 'C0123456789',
  SLACK_SIGNING_SECRET: '0ddc0ffee0ddc0ffee0ddc0ffee0ddc0',
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/whatSlackGaveToo',
  TEAMS_WEBHOOK_URL: 'https://prod-1.westeurope.logic.azure.com/workflows/whatTeamsGave',
  PAGERDUTY_TOKEN: 'what-pagerduty-gave',
  PAGERDUTY_FROM: 'ann@example.com',
  GRAFANA_URL: 'https://grafana.example.com',
  GRAFANA_TOKEN: 'what-grafana-gave',
  MIDWATCH_NOTIFY_URL: 'https://example.com/hook',
  MIDWATCH_NOTIFY_SECRET: 'whsec_d2hhdCBzaWducyBvdXIgd2ViaG9va3MhIQ==',
  MIDWATCH_GRAFANA_SECRET: 'what-grafana-signs-with',
  MIDWATCH_PAGERDUTY_SECRETS: 'what-pagerduty-signs-with, and-the-next-one',
};

const notSecret = new Set(['SLACK_CHANNEL', 'MIDWATCH_NOTIFY_URL', 'PAGERDUTY_FROM', 'GRAFANA_URL']);

function open(level = 'debug') {
  const lines: string[] = [];
  const secrets = secretsOf(readEnvironment(environment, '/'));
  const log = createLog({ level, secrets, destination: { write: (line) => lines.push(line) } });
  return { lines, log, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('shows no secret of the environment, wherever it stands', () => {
    const { lines, log } = open();
    for (const [name, value] of Object.entries(environment)) {
      for (const secret of value.split(/, |admin:/).filter((each) => each !== '')) {
        if (notSecret.has(name)) continue;
        const cause = new Error(`sent ${secret}`);
        log.error({ err: new Error(`refused: ${secret}`, { cause }), list: [{ deep: secret }] }, 'failed');
        expect(lines.at(-1)).not.toContain(secret);
        expect(lines.at(-1)).toContain('refused: ');
      }
    }
    expect(lines).toHaveLength(14);
    log.error({ err: new Error('password authentication with what-opens-the-database failed') }, 'failed');
    expect(lines.at(-1)).not.toContain('what-opens-the-database');
  });

  it('shows no secret of others that looks like one, or is called one', () => {
    const { lines, log, parsed } = open();
    log.info({
      headers: { authorization: 'Bearer abc' },
      token: 'abc',
      url: 'postgres://app:hunter2@db/shop',
    });
    log.error({ err: new Error('GET https://x.example/?password=hunter2 gave 500') }, 'failed');
    expect(lines.join()).not.toMatch(/hunter2|abc/);
    expect(parsed()[0]).toMatchObject({ headers: { authorization: '[redacted]' }, token: '[redacted]' });
    expect(parsed()[1]).toMatchObject({ msg: 'failed', err: { type: 'Error', stack: expect.any(String) } });
  });

  it('keeps what an incident is explained with', () => {
    const { log, parsed } = open();
    const line = {
      requestId: '4f0e81e3-9a57-4c6b-8f0e-1d2c3b4a5f60',
      incidentId: 'inc-0123456789abcdef',
      durationMs: 12,
    };
    log.info({ ...line, kind: 'collect' }, 'step done');
    expect(parsed()[0]).toMatchObject({ ...line, kind: 'collect', msg: 'step done' });
  });

  it('has a line for each refusal, and for successes only when asked for', () => {
    const request = {
      requestId: 'r',
      method: 'GET',
      route: '/incidents',
      role: 'viewer',
      durationMs: 1.4,
    } as const;
    const levelsOf = (level: string) => {
      const { log, parsed } = open(level);
      for (const status of [200, 401, 429]) logRequest(log, { ...request, status });
      return parsed().map(({ durationMs, requestId, status }) => [status, requestId, durationMs]);
    };
    expect(levelsOf('info')).toEqual([[401, 'r', 1]]);
    expect(levelsOf('debug')).toHaveLength(3);
  });
});
