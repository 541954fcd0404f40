import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1, ServiceIdentity } from '@midwatch/core';
import { createScenario, type SimulatorFault, type SourceName, startSimulator } from '@midwatch/simulator';
import { createCapture } from '../../__fixtures__/small-bundle.js';
import { runCommand } from '../../run-command.js';
import { checkSources } from '../check-sources.js';

export const scenario = createScenario({ name: 'pool-exhaustion' });

/** What a test has opened, to be closed after it. */
export type Closing = (() => Promise<unknown>)[];

/** The shop's four sources over HTTP, some of them at fault. */
export async function startSources(closing: Closing, faults: Partial<Record<SourceName, SimulatorFault>> = {}) {
  const simulator = await startSimulator({ scenario, port: 0, faults });
  closing.push(() => simulator.close());
  return [
    createLokiConnector({ baseUrl: simulator.lokiUrl }),
    createPrometheusConnector({ baseUrl: simulator.prometheusUrl }),
    createArgoCdConnector({ baseUrl: simulator.argocdUrl, token: simulator.argocdToken }),
    createJaegerConnector({ baseUrl: simulator.jaegerUrl }),
  ];
}

export async function doctor(folder: string, ...argv: readonly string[]) {
  const { terminal, written } = createCapture(folder);
  const exitCode = await runCommand(['doctor', ...argv], terminal);
  return { exitCode, ...written };
}

export async function check(
  connectors: readonly ConnectorV1[],
  more: { service?: string; services?: ServiceIdentity[] } = {},
) {
  const { service, services = [] } = more;
  const sources = { connectors, services, nowMs: scenario.nowMs, plan: { services } };
  return await checkSources({ sources, service, healthDeadlineMs: 10_000, queryDeadlineMs: 20_000 });
}

