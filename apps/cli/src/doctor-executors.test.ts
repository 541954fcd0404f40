import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createArgoCdExecutor } from '@midwatch/remediation/argocd';
import { startSimulator } from '@midwatch/simulator';
import { afterEach, describe, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { scenario } from './doctor/__fixtures__/ask-doctor.js';
import { checkSources } from './doctor/check-sources.js';
import { printSources } from './doctor/print-sources.js';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** The simulated Argo CD, read by a connector, and by an executor with this token for writing. */
async function ask(writeToken?: string, service: string | undefined = scenario.truth.service) {
  const simulator = await startSimulator({ scenario, port: 0 });
  closing.push(() => simulator.close());
  const { argocdToken: token, argocdUrl: baseUrl } = simulator;
  const sent: string[] = [];
  const executor = createArgoCdExecutor({
    ...{ baseUrl, writeToken: writeToken ?? token, redact: 'none' },
    async fetch(input, init) {
      sent.push(init?.method ?? 'GET');
      const response = await fetch(input, init);
      if (!response.ok) return response;
      // As the true one has it.
      const application = (await response.json()) as { metadata: object };
      return Response.json({ ...application, metadata: { ...application.metadata, uid: 'a-uid' } });
    },
  });
  const on = { isOn: true, safeActions: ['rollback'], approverRoles: ['approver'] } as const;
  const report = await checkSources({
    sources: {
      ...{ connectors: [createArgoCdConnector({ baseUrl, token })], services: [], plan: {} },
      nowMs: scenario.nowMs,
      remediation: { executors: [executor], services: { [scenario.truth.service]: on } },
    },
    ...{ service, healthDeadlineMs: 10_000, queryDeadlineMs: 20_000 },
  });
  const { terminal, written } = createCapture('.');
  printSources(report, terminal);
  return { report, sent, printed: written.stdout };
}

describe('midwatch doctor, of who may act', () => {
  it('reads what the executor would act on, with its own credentials, and writes nothing', async () => {
    const { printed, report, sent } = await ask();
    const { service } = scenario.truth;
    expect(report.executors).toMatchObject([
      { id: 'argocd', isDryRun: false, services: [service], problems: [] },
    ]);
    expect(report.executors?.[0]?.objects).toEqual([{ name: `application argocd/${service}`, isRead: true }]);
    expect(new Set(sent)).toEqual(new Set(['GET']));
    expect(printed).toMatch(/Who may act\n {2}\+ argocd +with credentials of its own\n/);
    expect(printed).toContain(`application argocd/${service}`);
  });

  it('says whose credentials cannot even read', async () => {
    const { printed, report } = await ask('a-wrong-token-for-writing');
    expect(report.verdict).toBe('amiss');
    expect(report.notHealthy).toEqual(['the executor argocd']);
    expect(report.executors).toMatchObject([{ problems: [{ code: 'permission' }] }]);
    expect(printed).toContain('permission: application');
    expect(printed).not.toContain('a-wrong-token');
  });
});
