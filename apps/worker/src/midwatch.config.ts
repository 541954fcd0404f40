import type { BriefSettings } from '@midwatch/brief';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1, PlanSettings } from '@midwatch/core';
import type { GivenRules } from '@midwatch/responder';
import type { ActingInput } from '@midwatch/server/actions';
import { type Environment, readPair } from './environment.js';

/** What this deployment reads: edit it as you would a configuration. Secrets come from the environment. */
export function readSources(environment: Environment): {
  readonly connectors: readonly ConnectorV1[];
  readonly plan: PlanSettings;
  /** When alerts are grouped, incidents looked at again, and nobody is called: see `docs/life-cycle.md`. */
  readonly rules: GivenRules;
  /** Hosts that links may lead to, owners (`services`), runbooks: a Worker has no folder, `parseRunbook` reads each text. */
  readonly brief: BriefSettings;
  /** What Midwatch may do itself: see `docs/remediation.md`. Nothing, while it is left out. */
  readonly remediation?: ActingInput['remediation'];
} {
  const { JAEGER_URL, LOKI_URL, PROMETHEUS_URL } = environment;
  const argocd = readPair(environment, 'ARGOCD_URL', 'ARGOCD_TOKEN');
  return {
    connectors: [
      ...(LOKI_URL ? [createLokiConnector({ baseUrl: LOKI_URL })] : []),
      ...(PROMETHEUS_URL ? [createPrometheusConnector({ baseUrl: PROMETHEUS_URL })] : []),
      ...(JAEGER_URL ? [createJaegerConnector({ baseUrl: JAEGER_URL })] : []),
      ...(argocd === undefined ? [] : [createArgoCdConnector({ baseUrl: argocd[0], token: argocd[1] })]),
    ],
    plan: {},
    rules: {},
    brief: {},
  };
}
