import { listenOn } from './listen-on.js';
import type { Scenario } from './scenario.js';
import { createSimulatorFetch, type SimulatorFetch, type SimulatorOptions } from './simulator-fetch.js';

export interface StartOptions extends SimulatorOptions {
  readonly scenario: Scenario;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A running simulator on 127.0.0.1; every address has a base path of its own. */
export interface Simulator {
  readonly lokiUrl: string;
  readonly prometheusUrl: string;
  readonly argocdUrl: string;
  readonly argocdToken: string;
  readonly jaegerUrl: string;
  readonly cloudwatchUrl: string;
  readonly datadogUrl: string;
  readonly elasticsearchUrl: string;
  readonly calls: SimulatorFetch['calls'];
  /** Ends open answers, too. */
  readonly close: () => Promise<void>;
}

/** Serves a scenario over HTTP with Node's own server. */
export async function startSimulator(options: StartOptions): Promise<Simulator> {
  const simulatorFetch = createSimulatorFetch(options.scenario, options);
  const { url: base, close } = await listenOn(simulatorFetch, options.port);
  return {
    lokiUrl: `${base}/loki`,
    prometheusUrl: `${base}/prometheus`,
    argocdUrl: `${base}/argocd`,
    argocdToken: options.scenario.argocdToken,
    jaegerUrl: `${base}/jaeger`,
    cloudwatchUrl: `${base}/cloudwatch`,
    datadogUrl: `${base}/datadog`,
    elasticsearchUrl: `${base}/elasticsearch`,
    calls: simulatorFetch.calls,
    close,
  };
}
