import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { webhookPayloadSchema } from '@midwatch/notifier-webhook';
import { createScenario, startSimulator } from '@midwatch/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { writeConfig } from './doctor/__fixtures__/config-file.js';
import { watchConnections } from './doctor/__fixtures__/watch-connections.js';
import type { WhatLeaves } from './doctor/what-leaves.js';
import { runCommand } from './run-command.js';

const servers: Server[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server that stands for Claude, refuses, and keeps what it was asked. */
async function listen() {
  const bodies: string[] = [];
  const headerNames: string[][] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString('utf8'));
      headerNames.push(Object.keys(request.headers));
      response.writeHead(400, { 'content-type': 'application/json' }).end('{}');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return { bodies, headerNames, port, url: `http://127.0.0.1:${port}/proxy` };
}

async function run(folder: string, environment: Record<string, string>, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder, environment);
  const exitCode = await runCommand(argv, terminal);
  return { exitCode, ...written };
}

const whatLeaves = ['doctor', '--what-leaves', 'alert.json'] as const;

/** The fence is drawn anew each time; both runs get the same draw, so that every other byte can be compared as it is. */
function fixFence() {
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
    (bytes as unknown as Uint8Array).forEach((_, index, all) => {
      all[index] = index * 7;
    });
    return bytes;
  });
}

describe('midwatch doctor --what-leaves', () => {
  it('shows, byte for byte, the body that investigate posts for the same alert, and its headers', async () => {
    fixFence();
    const folder = writeBundle(smallBundle());
    const { bodies, headerNames, url } = await listen();
    const environment = { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: url };
    const shown = await run(folder, environment, ...whatLeaves, '--bundle', '.', '--json');
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
    expect(bodies).toEqual([]);
    await run(folder, environment, 'investigate', 'alert.json', '--bundle', '.', '--json');
    const [sent = ''] = bodies;
    expect(bodies).toHaveLength(1);
    const { model, modelRequest } = JSON.parse(shown.stdout) as WhatLeaves;
    expect(JSON.stringify(modelRequest)).toBe(sent);
    expect(model).toMatchObject({
      keyIsSet: true,
      method: 'POST',
      url: `${url}/v1/messages`,
      bytes: Buffer.byteLength(sent),
      estimatedTokens: Math.ceil(Buffer.byteLength(sent) / 3),
    });
    // What Node's fetch adds to every request besides, none of which tells of the incident.
    const added = [
      'accept-encoding',
      'accept-language',
      'connection',
      'content-length',
      'host',
      'sec-fetch-mode',
    ];
    expect(headerNames[0]?.filter((name) => !added.includes(name)).sort()).toEqual(model.headerNames);
  });

  it('prints the same body as the last line for a person, after a head without values of headers', async () => {
    fixFence();
    const folder = writeBundle(smallBundle());
    const environment = { ANTHROPIC_API_KEY: 'the-value-of-the-key' };
    const json = await run(folder, environment, ...whatLeaves, '--bundle', '.', '--json');
    const { stdout, stderr } = await run(folder, environment, ...whatLeaves, '--bundle', '.');
    const { modelRequest } = JSON.parse(json.stdout) as WhatLeaves;
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(JSON.stringify(modelRequest));
    expect(stdout).toContain('POST https://api.anthropic.com/v1/messages');
    expect(stdout).toMatch(/Headers +accept, anthropic-version, authorization, content-type, user-agent\n/);
    expect(stdout).not.toContain('ANTHROPIC_API_KEY is not set');
    expect(stderr).toContain('otlp-file logs');
    expect(`${json.stdout}${stdout}${stderr}`).not.toContain('the-value-of-the-key');
  });

  it('shows the Slack message and the webhook payload of the first brief', async () => {
    const folder = writeBundle(smallBundle());
    const withKey = await run(folder, { ANTHROPIC_API_KEY: 'k' }, ...whatLeaves, '--bundle', '.', '--json');
    const { slackMessage, webhookPayload } = JSON.parse(withKey.stdout) as WhatLeaves;
    expect(slackMessage.blocks[0]).toMatchObject({ type: 'header', text: { type: 'plain_text' } });
    expect(JSON.stringify(slackMessage)).toContain('still reading');
    expect(webhookPayloadSchema.parse(webhookPayload).data.brief.footer.pending).toContain('still reading');
  });

  it('says without a key that nothing goes to a model, and what would', async () => {
    const folder = writeBundle(smallBundle());
    const { stdout } = await run(folder, {}, ...whatLeaves, '--bundle', '.', '--json');
    const { model, modelRequest, slackMessage } = JSON.parse(stdout) as WhatLeaves;
    expect(model.keyIsSet).toBe(false);
    expect(modelRequest.messages[0]?.content).toContain('ItemsFailing');
    expect(JSON.stringify(slackMessage)).not.toContain('still reading');
    const { stdout: text } = await run(folder, {}, ...whatLeaves, '--bundle', '.');
    expect(text).toContain('ANTHROPIC_API_KEY is not set');
  });

  it('opens no connection but to the sources', async () => {
    const scenario = createScenario({ name: 'pool-exhaustion' });
    const simulator = await startSimulator({ scenario, port: 0 });
    const { bodies, url } = await listen();
    const folder = writeConfig({
      connectors: [
        createLokiConnector({ baseUrl: simulator.lokiUrl }),
        createPrometheusConnector({ baseUrl: simulator.prometheusUrl }),
        createArgoCdConnector({ baseUrl: simulator.argocdUrl, token: simulator.argocdToken }),
        createJaegerConnector({ baseUrl: simulator.jaegerUrl }),
      ],
    });
    writeFileSync(join(folder, 'alert.json'), JSON.stringify(scenario.alert));
    const environment = { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: url };
    const stop = watchConnections();
    try {
      const { exitCode, stdout } = await run(folder, environment, ...whatLeaves, '--json');
      expect(exitCode).toBe(0);
      const { sources } = JSON.parse(stdout) as WhatLeaves;
      expect([...sources.asked].sort()).toEqual(['argocd', 'jaeger', 'loki', 'prometheus']);
    } finally {
      await simulator.close();
    }
    expect(stop()).toEqual(new Set([new URL(simulator.lokiUrl).host]));
    expect(bodies).toEqual([]);
  });

  it.each([
    ['no alert', ['doctor', '--what-leaves'], 2, /--what-leaves.*argument missing/],
    ['two sources', [...whatLeaves, '--bundle', '.', '--config', 'c.ts'], 2, /give one of them/],
    [
      'an alert that is not there',
      ['doctor', '--what-leaves', 'no.json', '--bundle', '.'],
      1,
      /no\.json: cannot be read/,
    ],
    ['no configuration', [...whatLeaves], 1, /no midwatch\.config\.ts in .*write one, or/],
  ])('refuses %s with one line', async (_, argv, exitCode, message) => {
    const result = await run(writeBundle(smallBundle()), {}, ...argv);
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});

/** Put together here, so that no scanner takes this file for a leak; each with the part that must not be seen. */
const secrets = [
  ['an access key', ['AK', 'IA', 'Q3EXAMPLEKEY4567'].join(''), 'Q3EXAMPLEKEY4567'],
  ['a password in an address', ['postgres://app:', 'hunter2hunter2', '@db/items'].join(''), 'hunter2hunter2'],
  ['a card number', ['4111', '1111', '1111', '1111'].join(' '), '1111 1111 1111'],
  ['an address of a person', ['dana.reyes', 'example.com'].join('@'), 'dana.reyes'],
] as const;

describe('secrets in logs, metrics, traces, changes, cluster events and the alert', () => {
  it.each(secrets)('never show %s in anything that leaves', async (_, secret, needle) => {
    const folder = writeBundle(smallBundle({ secret }));
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await run(
        folder,
        { ANTHROPIC_API_KEY: 'k' },
        ...whatLeaves,
        '--bundle',
        '.',
        ...more,
      );
      expect(`${stdout}${stderr}`).not.toContain(needle);
      if (more.length === 0) continue;
      const { redaction } = JSON.parse(stdout) as WhatLeaves;
      expect(Object.keys(redaction.removed)).not.toEqual([]);
      expect(Object.values(redaction.marks).filter((count) => count === 0)).toEqual([]);
      expect(redaction.withheld).toBe(0);
    }
  });
});
