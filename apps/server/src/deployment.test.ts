import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';
import { serverVariables } from './unread-variables.js';

const file = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
const isOwn = (name: string) => !name.startsWith('OTEL_');

/** Those of the table in the README, which is where people look. */
const documented = file('README.md')
  .split('\n')
  .filter((line) => /^\| `[A-Z]/.test(line))
  .flatMap((line) => namesIn(line.split('|')[1] ?? '', /`([A-Z_]+)`/g));

/** Those that the server asks for, with all that leads to more of them. */
function asked(): string[] {
  const names: string[] = [];
  const values: Readonly<Record<string, string>> = {
    SLACK_BOT_TOKEN: 'given',
    SLACK_CHANNEL: 'C0123456789',
    PAGERDUTY_TOKEN: 'given',
    PAGERDUTY_FROM: 'ann@example.com',
    GRAFANA_URL: 'https://grafana.example',
    GRAFANA_TOKEN: 'given',
    ANTHROPIC_API_KEY: 'given',
    MIDWATCH_GRAFANA_SECRET: 'a-secret-of-24-characters',
  };
  const environment = new Proxy<Record<string, string | undefined>>(values, {
    get(_target, name) {
      names.push(String(name));
      return values[String(name)];
    },
  });
  readEnvironment(environment, '/srv');
  return names;
}

describe('variables', () => {
  it('what is read stands in the README, and the other way round', () => {
    expect(sorted(documented.filter((name) => isOwn(name) && name !== 'LOG_LEVEL'))).toEqual(sorted(asked()));
    expect(sorted(serverVariables)).toEqual(sorted(documented.filter(isOwn)));
  });

  it('the chart has each once: set by itself, from the Secret, or among the values', () => {
    const deployment = file('chart/templates/deployment.yaml');
    const set = namesIn(deployment, /- (?:\{ )?name: ([A-Z_]+)\b/g);
    const secret = namesIn(file('chart/templates/_helpers.tpl'), /^- ([A-Z_]+)$/gm);
    const schema = JSON.parse(file('chart/values.schema.json')) as {
      properties: { environment: { properties: object } };
    };
    const plain = Object.keys(schema.properties.environment.properties);
    const all = [...set, ...secret, ...plain].filter(isOwn);
    expect(sorted(all)).toEqual(sorted(documented.filter(isOwn)));
    expect(all).toHaveLength(new Set(all).size);
    expect(plain.filter((name) => /TOKEN|SECRET|KEY|DATABASE_URL|WEBHOOK_URL/.test(name))).toEqual([]);
  });

  it('the compose file and its example have no other', () => {
    const compose = file('compose.yaml');
    const ofCompose = [
      'POSTGRES_PASSWORD',
      ...namesIn(compose, /\$\{(MIDWATCH_(?:IMAGE|ADDRESS|CONFIG_FOLDER)):/g),
    ];
    const example = namesIn(file('.env.example'), /^#?([A-Z_]+)=/gm);
    expect(example.filter((name) => !documented.includes(name) && !ofCompose.includes(name))).toEqual([]);
    const server = compose.slice(0, compose.indexOf('\n  postgres:'));
    const given = namesIn(server, /^ {6}([A-Z_]+): /gm);
    expect(given.length).toBeGreaterThan(2);
    expect(given.filter((name) => !documented.includes(name))).toEqual([]);
    const dockerfile = file('Dockerfile');
    const image = namesIn(dockerfile, /^(?:ENV| {3}) ([A-Z_]+)=/gm);
    expect(image.filter((name) => !documented.includes(name))).toEqual(['CI', 'NODE_ENV']);
  });
});

describe('versions', () => {
  it('the image has the Node that is tested, and the chart the version of the server', () => {
    const workspace = readFileSync(new URL('../../../pnpm-workspace.yaml', import.meta.url), 'utf8');
    const [node] = namesIn(workspace, /^nodeVersion: (\S+)$/gm);
    expect(file('Dockerfile')).toContain(`ARG NODE_TAG=${node}-`);
    const { version } = JSON.parse(file('package.json')) as { version: string };
    expect(file('chart/Chart.yaml')).toContain(`appVersion: ${version}\n`);
  });
});

describe('stopping', () => {
  it('both wait longer than the server takes', () => {
    const drainSeconds = 15;
    expect(file('README.md')).toContain(`stops on SIGTERM within ${drainSeconds} seconds`);
    const [grace] = namesIn(file('chart/templates/deployment.yaml'), /terminationGracePeriodSeconds: (\d+)/g);
    const [pause] = namesIn(file('chart/templates/deployment.yaml'), /command: \[sleep, '(\d+)'\]/g);
    const [compose] = namesIn(file('compose.yaml'), /stop_grace_period: (\d+)s/g);
    expect(Number(grace)).toBeGreaterThan(drainSeconds + Number(pause));
    expect(Number(compose)).toBeGreaterThan(drainSeconds);
  });
});
