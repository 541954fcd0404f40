import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1, PlanSettings } from '@midwatch/core';
import { createScenario, createSimulatorFetch } from '@midwatch/simulator';

export interface SimulatedSources {
  readonly connectors: readonly ConnectorV1[];
  /** Whatever alert comes, the simulated incident is what can be looked at. */
  readonly plan: PlanSettings;
  /** They are computed by this process: on a slow machine its time says nothing of a vendor. */
  readonly collectDeadlineMs: number;
  /** The service that its alert names. */
  readonly service: string;
}

const LEAD_MS = 20 * 60_000;
const BASELINE_GAP_MS = 5 * 60_000;

/** A small shop whose incident began a few minutes before `nowMs`: for a first try without any backend. */
export function simulateSources(nowMs: number): SimulatedSources {
  const scenario = createScenario({ name: 'pool-exhaustion', nowMs });
  const fetch = createSimulatorFetch(scenario);
  const base = 'http://simulator';
  const { onsetMs } = scenario.truth;
  const window = { startMs: onsetMs - LEAD_MS, endMs: scenario.nowMs };
  const lengthMs = window.endMs - window.startMs;
  const baselineEndMs = window.startMs - BASELINE_GAP_MS;
  return {
    connectors: [
      createLokiConnector({ baseUrl: `${base}/loki`, fetch }),
      createPrometheusConnector({ baseUrl: `${base}/prometheus`, fetch }),
      createArgoCdConnector({ baseUrl: `${base}/argocd`, token: scenario.argocdToken, fetch }),
      createJaegerConnector({ baseUrl: `${base}/jaeger`, fetch }),
    ],
    plan: {
      window,
      baseline: { startMs: baselineEndMs - lengthMs, endMs: baselineEndMs },
      baselineName: 'the minutes before',
    },
    collectDeadlineMs: 20_000,
    service: scenario.alert.alerts[0]?.labels['service'] ?? '',
  };
}
