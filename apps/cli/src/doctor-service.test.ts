import type { ConnectorV1 } from '@midwatch/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  callServices,
  createQuietCluster,
  toApplication,
  toWorkloadNames,
} from './__fixtures__/many-names.js';
import { createCapture } from './__fixtures__/small-bundle.js';
import { type Closing, check, doctor, scenario, startSources } from './doctor/__fixtures__/ask-doctor.js';
import { writeConfig } from './doctor/__fixtures__/config-file.js';
import { printSources } from './doctor/print-sources.js';

const closing: Closing = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

describe('midwatch doctor --service', () => {
  const { service } = scenario.truth;

  it('asks the plan of a service for a little, and shows each query and whether anything came back', async () => {
    const connectors = await startSources(closing);
    const { tried = [], healthy } = await check(connectors, { service });
    expect(healthy).toBe(true);
    expect(tried.map(({ connectorId, kind }) => `${connectorId} ${kind}`)).toEqual([
      'loki logs',
      'prometheus metrics',
      'prometheus incidents',
      'argocd deploys',
      'jaeger traces',
    ]);
    for (const { queries, signalCount, kind } of tried) {
      expect(queries.length, kind).toBeGreaterThan(0);
      expect(new Set(queries.map(({ text }) => text)).size, kind).toBe(queries.length);
      // Three of each query: of logs two, of traces two.
      expect(signalCount, kind).toBeLessThanOrEqual(6);
    }
    for (const kind of ['logs', 'metrics', 'deploys', 'traces'])
      expect(
        tried.find((one) => one.kind === kind),
        kind,
      ).toMatchObject({ state: 'ok', gaps: [] });
    expect(tried[0]?.queries.map(({ text }) => text)).toContain(`{service_name="${service}"}`);
  });

  it('asks by the aliases in effect, and says where a name is not mapped', async () => {
    const connectors = await startSources(closing);
    const services = [{ name: 'edge', aliases: { loki: service, jaeger: null } }];
    const {
      tried = [],
      learned,
      connectors: reports,
    } = await check(connectors, { service: 'edge', services });
    expect(reports[0]?.aliases).toEqual([{ service: 'edge', alias: service }]);
    const of = (kind: string) => tried.find((one) => one.kind === kind);
    expect(of('logs')).toMatchObject({
      state: 'ok',
      queries: expect.arrayContaining([expect.objectContaining({ text: `{service_name="${service}"}` })]),
    });
    expect(of('traces')).toMatchObject({
      state: 'not-asked',
      gaps: [{ reason: 'unmapped-target' }],
      queries: [],
    });
    // The pods of its log lines are those of another name, by which the others know it.
    expect(of('metrics')).toMatchObject({ state: 'ok', gaps: [] });
    expect(of('deploys')).toMatchObject({ state: 'ok', signalCount: 1, gaps: [] });
    expect(learned).toContainEqual({
      connectorId: 'argocd',
      alias: service,
      service: 'edge',
      workload: `shop/${service}`,
      reason: `both are shop/${service}: ${service} by the names of its pods, edge by the configuration`,
    });

    // Asked about now, when the simulated shop has long been closed.
    const folder = writeConfig({ connectors, services });
    const { exitCode, stdout } = await doctor(folder, '--service', 'edge');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`edge is called ${service} here`);
    expect(stdout).toContain('edge is not known here');
    expect(stdout).toMatch(/jaeger traces +not asked\n +not mapped: /);
    expect(stdout).toMatch(/argocd deploys +nothing came back\n +not mapped: /);
    expect(stdout).toMatch(
      /this says so:\n +`services: \[\{ name: "edge", aliases: \{ "[a-z]+": '\.\.\.' \} \}\]`/,
    );
  });

  it('keeps to 80 columns, but for queries and links', async () => {
    const services = [{ name: 'edge', aliases: { loki: service } }];
    const folder = writeConfig({ connectors: await startSources(closing), services });
    const { stdout } = await doctor(folder, '--service', 'edge');
    const prose = stdout.split('\n').filter((line) => !/^ {6}(logql|promql|http|jaeger|plan)/.test(line));
    expect(prose.filter((line) => line.length > 80)).toEqual([]);
  });

  it('counts an alias for a connector that there is not, and a query that fails, as not healthy', async () => {
    const [loki] = await startSources(closing);
    if (loki === undefined) throw new Error('no such source');
    const broken: ConnectorV1 = {
      ...{ specVersion: 'v1', id: 'broken', checkHealth: async () => ({ state: 'healthy' }) },
      sources: { logs: { limits: { maxItems: 5 }, doQuery: () => Promise.reject(new Error('oh')) } },
    };
    const report = await check([loki, broken], {
      service,
      services: [{ name: service, aliases: { lokki: 'x' } }],
    });
    expect(report).toMatchObject({ healthy: false, notHealthy: ['broken'] });
    expect(report.problems).toEqual([
      {
        code: 'unknown-alias',
        message: `services: \`${service}\` has an alias for \`lokki\`, which is the id of no connector`,
      },
    ]);
  });

  it('tells the labels it asks by, and a service that no source knows', async () => {
    const labelled: ConnectorV1 = {
      ...{ specVersion: 'v1', id: 'labelled' },
      checkHealth: async () => ({
        state: 'healthy',
        labels: [
          { field: 'service', label: 'service_name', chosenBy: 'discovered' },
          { field: 'namespace', label: 'k8s_namespace_name\u001b[2J', chosenBy: 'convention' },
          { field: '__proto__', label: 'x', chosenBy: 'option' } as never,
          null as never,
        ],
      }),
      sources: {
        logs: {
          limits: { maxItems: 5 },
          doQuery: async () => ({ signals: [], gaps: [{ reason: 'unmapped-target' }], provenance: [] }),
        },
      },
    };
    const folder = writeConfig({ connectors: [labelled] });
    const { exitCode, stdout, stderr } = await doctor(folder, '--service', 'chekout');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('midwatch: amiss: the service chekout\n');
    expect(stdout).toMatch(
      /labels +service = service_name \(discovered\), namespace =\n +k8s_namespace_name/,
    );
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('no source has anything about `chekout`');
    const { verdict, connectors } = JSON.parse((await doctor(folder, '--json')).stdout);
    expect({
      verdict,
      fields: connectors[0].health.labels.map(({ field }: { field: string }) => field),
    }).toEqual({
      verdict: 'well',
      fields: ['service', 'namespace'],
    });
  });

  it('asks by learned names, however late they are learned, and tells why, in 80 columns', async () => {
    const names = [service, 'payments'];
    const [loki, , , jaeger] = await startSources(closing);
    if (loki === undefined || jaeger === undefined) throw new Error('no such source');
    const connectors = [
      callServices(loki, names, toApplication),
      callServices(jaeger, names, (name) => name),
      createQuietCluster(names.map(toWorkloadNames), 100),
    ];
    const report = await check(connectors, { service });
    expect(report.verdict).toBe('well');
    expect(report.learned?.map(({ connectorId, alias }) => `${connectorId} ${alias}`)).toContain(
      `loki ${toApplication(service)}`,
    );
    expect(report.tried?.[0]).toMatchObject({ connectorId: 'loki', state: 'ok', gaps: [] });
    const { terminal, written } = createCapture('.');
    printSources(report, terminal);
    const block = /\n {6}learned +(.*\n(?: {17}.*\n)*)/.exec(written.stdout)?.[1]?.replaceAll(/\s+/g, ' ');
    expect(block?.trim()).toBe(
      `${service} is called shop-${service} here: both are shop/${service}-deploy: shop-${service} by its label argocd.argoproj.io/instance, ${service} by its label app.kubernetes.io/name`,
    );
    const prose = written.stdout.split('\n').filter((line) => !/^ {6}(logql|http)/.test(line));
    expect(prose.filter((line) => line.length > 80)).toEqual([]);
  });
});
