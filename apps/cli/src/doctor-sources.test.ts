import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1 } from '@midwatch/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createCapture, smallBundle, writeBundle } from './__fixtures__/small-bundle.js';
import { type Closing, doctor, scenario, startSources } from './doctor/__fixtures__/ask-doctor.js';
import { writeConfig } from './doctor/__fixtures__/config-file.js';
import { checkSources, type SourcesReport } from './doctor/check-sources.js';
import { runCommand } from './run-command.js';

const closing: Closing = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** An address of this machine on which nobody listens any more. */
async function refusingUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe('midwatch doctor', () => {
  it('ends with 0 when all sources are healthy, and tells version, clock and kinds of each', async () => {
    const folder = writeConfig({ connectors: await startSources(closing) });
    const { exitCode, stdout, stderr } = await doctor(folder, '--json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { healthy, connectors, missingKinds } = JSON.parse(stdout) as SourcesReport;
    expect(healthy).toBe(true);
    expect(missingKinds).toEqual([]);
    expect(connectors.map(({ id, kinds, health }) => [id, health.state, kinds])).toEqual([
      ['loki', 'healthy', ['logs']],
      ['prometheus', 'healthy', ['metrics', 'incidents']],
      ['argocd', 'healthy', ['deploys']],
      ['jaeger', 'healthy', ['traces']],
    ]);
    for (const { clock, health, problems } of connectors) {
      expect(problems).toEqual([]);
      expect(health.latencyMs).toBeGreaterThanOrEqual(0);
      // The same machine on both sides.
      expect(Math.abs(clock?.skewMs ?? Number.NaN)).toBeLessThanOrEqual(clock?.withinMs ?? 0);
    }
    expect((await doctor(folder)).stdout).toMatch(
      /\+ loki +healthy +3\.\d.* ms\n +brings +logs\n +clock +agrees within .* s\n/,
    );
  });

  it('ends with 3 and names those that are not, each with what to change', async () => {
    const [loki, , argocd] = await startSources(closing, {
      loki: { kind: 'status', status: 401, body: 'the secret body of the vendor' },
      argocd: { kind: 'status', status: 403 },
    });
    if (loki === undefined || argocd === undefined) throw new Error('no such source');
    const refused = createPrometheusConnector({ baseUrl: await refusingUrl() });
    const folder = writeConfig({ connectors: [loki, refused, argocd] });
    const { exitCode, stdout, stderr } = await doctor(folder, '--json');
    expect(exitCode).toBe(3);
    expect(stderr).toBe('midwatch: cannot be read: loki, prometheus, argocd\n');
    const { connectors, missingKinds } = JSON.parse(stdout) as SourcesReport;
    const told = connectors.map(({ problems }) =>
      problems.map(({ code, message }) => `${code}: ${message}`).join('\n'),
    );
    expect(told[0]).toMatch(/unhealthy: \[loki\] auth: HTTP 401 .*check `token`/);
    expect(told[0]).toMatch(/permission: HTTP 401 for GET .*labels: the credentials are not accepted/);
    expect(told[1]).toMatch(/unhealthy: \[prometheus\] unreachable: .*ECONNREFUSED/);
    expect(told[2]).toMatch(/permission: HTTP 403 for GET .*: these credentials may not read it/);
    expect(connectors[1]?.clock).toBeNull();
    expect(missingKinds).toEqual(['traces']);
    const text = await doctor(folder);
    expect(text.exitCode).toBe(3);
    expect(text.stdout).toContain('x prometheus       unhealthy');
    expect(text.stdout).toContain('No source brings traces.');
    expect(`${stdout}${text.stdout}${text.stderr}`).not.toContain('the secret body');
  });

  it('does not wait for a source that hangs, drips, or never settles whatever it is told', async () => {
    const sources = await startSources(closing, {
      loki: { kind: 'hang' },
      jaeger: { kind: 'drip', bytesEach: 1, intervalMs: 200 },
    });
    const deaf: ConnectorV1 = {
      ...{ specVersion: 'v1', id: 'deaf' },
      sources: { logs: { limits: { maxItems: 1 }, doQuery: () => new Promise(() => undefined) } },
      checkHealth: () => new Promise(() => undefined),
    };
    const report = await checkSources({
      sources: { connectors: [...sources, deaf], services: [], nowMs: scenario.nowMs, plan: {} },
      service: scenario.truth.service,
      healthDeadlineMs: 1500,
      queryDeadlineMs: 600,
    });
    const states = report.connectors.map(({ id, health }) => [id, health.detail ?? health.state]);
    expect(Object.fromEntries(states)).toMatchObject({
      loki: expect.stringMatching(/timeout: no answer in time/),
      jaeger: expect.stringMatching(/timeout: no answer in time/),
      deaf: 'no answer within 1.5 s',
      prometheus: 'healthy',
      argocd: 'healthy',
    });
    expect(report.notHealthy).toEqual(expect.arrayContaining(['loki', 'jaeger', 'deaf']));
    const tried = report.tried?.filter(({ connectorId }) => ['loki', 'jaeger', 'deaf'].includes(connectorId));
    expect(tried?.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
  });

  it('tells a clock that differs, and a refusal that a healthy source can do without', async () => {
    const server = createServer((request, response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString());
      const isVersion = request.url?.includes('buildinfo') === true;
      response.writeHead(isVersion ? 403 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'success', data: ['service_name'] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const folder = writeConfig({
      connectors: [createLokiConnector({ baseUrl: `http://127.0.0.1:${port}` })],
    });
    const { exitCode, stdout, stderr } = await doctor(folder);
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringContaining('amiss: loki\n') });
    expect(stdout).toMatch(/loki +healthy .*\n.*\n +clock +(599|600|601)\.\d s behind, give or take/);
    expect(stdout).toMatch(/clock: its clock is (599|600|601) s behind this machine's/);
    expect(stdout).toMatch(/it can do without: HTTP 403 for GET\s+\/loki\/api\/v1\/status\/buildinfo/);
  });

  it('takes text of vendors and strangers for text', async () => {
    const password = ['hunter2', 'hunter2'].join('');
    const talkative: ConnectorV1 = {
      ...{ specVersion: 'v1', id: 'talkative', sources: {} },
      checkHealth: async () => ({
        state: 'degraded',
        version: '1.0\u001b[2J\n+ all is well',
        detail: `password=${password} is wrong`,
      }),
    };
    const throwing: ConnectorV1 = {
      ...{ specVersion: 'v1', id: 'throwing', sources: {} },
      checkHealth: () => Promise.reject(new Error(`token ${password}`)),
    };
    const folder = writeConfig({ connectors: [talkative, throwing] });
    const text = await doctor(folder);
    const json = await doctor(folder, '--json');
    expect(text.stdout).not.toContain('\u001b');
    expect(text.stdout).not.toMatch(/^\+ all is well/m);
    expect(text.stdout).toContain('its health check threw instead of answering');
    expect(text.stdout).toMatch(/brings +nothing\n +clock +not told/);
    expect(`${text.stdout}${text.stderr}${json.stdout}${json.stderr}`).not.toContain(password);
    expect(json.exitCode).toBe(3);
  });

  it('colours for a terminal only', async () => {
    const folder = writeConfig({ connectors: await startSources(closing) });
    const { terminal, written } = createCapture(folder);
    await runCommand(['doctor'], { ...terminal, stdout: { ...terminal.stdout, isTTY: true } });
    expect(written.stdout).toContain('\u001b[32m  + loki');
    expect((await doctor(folder)).stdout).not.toContain('\u001b');
  });

  it('reads a bundle, too', async () => {
    const folder = writeBundle(smallBundle());
    const { exitCode, stdout } = await doctor(folder, '--bundle', '.', '--service', 'items');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/otlp-file logs +\d came back/);
  });

  it.each([
    ['no configuration', [], 1, /no midwatch\.config\.ts in .*; write one, or name .*--bundle DIR/],
    ['a service without a name', ['--service', ''], 2, /--service takes the name of a service/],
    ['a service beside an alert', ['--what-leaves', 'a.json', '--service', 'x'], 2, /leave --service out/],
    ['an argument', ['loki'], 2, /expected no argument, got loki/],
  ])('refuses %s with one line', async (_, argv, exitCode, message) => {
    const result = await doctor(writeBundle(smallBundle()), ...argv);
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});
