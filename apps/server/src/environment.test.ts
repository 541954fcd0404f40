import { UsageError } from 'midwatch/config';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';

const token = 'a-token-of-24-characters';

describe('readEnvironment', () => {
  it('listens on this machine alone when nothing is said', () => {
    const { told, ...settings } = readEnvironment({}, '/srv');
    expect([told.open(), told.secrets]).toEqual([[], []]);
    expect(settings).toEqual({
      host: '127.0.0.1',
      port: 8484,
      tokens: [],
      signatures: {},
      budgets: { perIncidentUsd: 0.25, perServiceAndDayUsd: 1, perDayUsd: 10 },
      databaseFile: '/srv/midwatch.db',
    });
  });

  it.each(['0.0.0.0', '::', '10.0.0.4', 'midwatch.example', '127.0.0.1.example'])(
    'refuses %s without both tokens',
    (HOST) => {
      expect(() => readEnvironment({ HOST }, '/')).toThrow(UsageError);
      expect(() => readEnvironment({ HOST, MIDWATCH_WEBHOOK_TOKEN: token }, '/')).toThrow(
        'MIDWATCH_READ_TOKEN',
      );
      const both = { HOST, MIDWATCH_WEBHOOK_TOKEN: token, MIDWATCH_READ_TOKEN: token };
      expect(readEnvironment(both, '/').host).toBe(HOST);
      const one = { HOST, MIDWATCH_TOKENS: `responder:${token}` };
      expect(readEnvironment(one, '/').tokens).toEqual([{ role: 'responder', token }]);
    },
  );

  it.each([
    [{ PORT: 'http' }, 'PORT must be'],
    [{ PORT: '70000' }, 'PORT must be'],
    [{ MIDWATCH_READ_TOKEN: 'hush' }, 'MIDWATCH_READ_TOKEN must have at least 16'],
    [
      { MIDWATCH_TOKENS: `viewer:${token},admin:hush` },
      'each token of MIDWATCH_TOKENS must have at least 16',
    ],
    [{ MIDWATCH_TOKENS: 'root:hushhushhushhush' }, 'MIDWATCH_TOKENS must hold ROLE:TOKEN'],
    [{ MIDWATCH_TOKENS: 'hushhushhushhush' }, 'a role is one of viewer, responder, approver, admin, webhook'],
    [{ MIDWATCH_SHADOW_MODEL: 'hush' }, 'MIDWATCH_SHADOW_PROMPT_FILE need ANTHROPIC_API_KEY'],
    [{ SLACK_CHANNEL: 'C0123456789' }, 'SLACK_CHANNEL is set and SLACK_BOT_TOKEN is not'],
    [{ MIDWATCH_BUDGET_DAY_USD: '$hush' }, 'MIDWATCH_BUDGET_DAY_USD must be a number of US dollars'],
    [{ MIDWATCH_SNS_TOPICS: 'hush' }, 'MIDWATCH_SNS_TOPICS must hold ARNs'],
    [{ DATABASE_URL: 'mysql://ann:hush@db/x' }, 'DATABASE_URL must look like postgres://'],
    [{ DATABASE_URL: 'postgres://ann:hush@db/x', MIDWATCH_DATABASE: 'hush.db' }, 'are both set'],
    [{ MIDWATCH_NOTIFY_SECRET: 'hush' }, 'MIDWATCH_NOTIFY_SECRET is set and MIDWATCH_NOTIFY_URL is not'],
    [{ PAGERDUTY_FROM: 'hush@example.com' }, 'PAGERDUTY_FROM is set and PAGERDUTY_TOKEN is not'],
    [{ GRAFANA_TOKEN: 'hush', GRAFANA_URL: 'hush' }, 'GRAFANA_URL must be the address of Grafana'],
    [
      { TEAMS_WEBHOOK_URL: 'https://hush.example' },
      'TEAMS_WEBHOOK_URL must be the address of a Teams workflow',
    ],
    [{ SLACK_BOT_TOKEN: 'hush', SLACK_CHANNEL: '#hush' }, 'SLACK_CHANNEL must be the id of a channel'],
    [
      { SLACK_BOT_TOKEN: 'hush', SLACK_CHANNEL: 'C0123456789', SLACK_API_URL: 'hush' },
      'SLACK_API_URL must be an absolute http or https URL',
    ],
    [{ MIDWATCH_NOTIFY_SECRET: 'hush', MIDWATCH_NOTIFY_URL: 'hush' }, 'MIDWATCH_NOTIFY_'],
  ])('says what is wrong with %j, and quotes no value', (environment, message) => {
    let told = '';
    try {
      readEnvironment(environment, '/');
    } catch (error) {
      told = (error as Error).message;
    }
    expect(told).toContain(message);
    expect(told).not.toContain('hush');
  });

  it('keeps incidents in PostgreSQL when DATABASE_URL is set', () => {
    const DATABASE_URL = 'postgresql://ann:hush@db/x?sslmode=verify-full';
    expect(readEnvironment({ DATABASE_URL, MIDWATCH_DATABASE: '' }, '/srv').databaseUrl).toBe(DATABASE_URL);
  });

  it('tells everybody who is named, and knows what of it is secret', () => {
    const { told } = readEnvironment(
      {
        SLACK_BOT_TOKEN: 'xoxb-hush',
        SLACK_CHANNEL: 'C0123456789',
        TEAMS_WEBHOOK_URL: 'https://prod-1.westeurope.logic.azure.com/workflows/hush?sig=hush',
        PAGERDUTY_TOKEN: 'hush',
        PAGERDUTY_FROM: 'oncall@example.com',
        GRAFANA_URL: 'https://grafana.example.com',
        GRAFANA_TOKEN: 'glsa_hush',
      },
      '/srv',
    );
    expect(told.open().map(({ id }) => id)).toEqual(['slack', 'teams', 'pagerduty', 'grafana']);
    expect(told.secrets).toHaveLength(4);
  });

  it('takes a variable that is empty for one that is not set', () => {
    expect(readEnvironment({ ANTHROPIC_API_KEY: '', SLACK_BOT_TOKEN: ' ', PORT: '' }, '/srv').port).toBe(
      8484,
    );
    expect(readEnvironment({ ANTHROPIC_API_KEY: '' }, '/srv')).not.toHaveProperty('claude');
  });
});
