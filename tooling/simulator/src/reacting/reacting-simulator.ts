import type { AlertmanagerAlert, AlertmanagerBody } from '../alerting/alertmanager-body.js';
import { findService } from '../engine/topology.js';
import { jsonResponse, textResponse } from '../http/response.js';
import { listenOn } from '../listen-on.js';
import { argocdTokenOf, createScenario, type Scenario, type ScenarioOptions } from '../scenario.js';
import { createArgocdWrites } from './argocd-writes.js';
import { createKubernetesApi } from './kubernetes-api.js';
import { createShop, type ShopWrite } from './shop.js';

export interface ReactingOptions extends ScenarioOptions {
  /** Epoch milliseconds of simulated time; before the scenario's own end it stands still there. */
  readonly now: () => number;
  /** Whether the planted release is the cause. Else nothing that is rolled out changes the fault. */
  readonly helps: boolean;
  /** Who deploys the shop: with `kubectl` Argo CD has no applications, and settings stand in the pod template. @default 'argocd' */
  readonly deployedBy?: 'argocd' | 'kubectl';
}

/** What runs of a service now. */
export interface RunningService {
  readonly version: string;
  readonly config: Readonly<Record<string, string>>;
}

/** What Alertmanager would post now. */
export type ReactingAlert = Omit<AlertmanagerBody, 'alerts' | 'status'> & {
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly (Omit<AlertmanagerAlert, 'status'> & {
    readonly status: 'firing' | 'resolved';
  })[];
};

/** A shop that lives on after its alert, and to which something can be done. */
export interface ReactingSimulator {
  /** As it stands when the alert fires. */
  readonly scenario: Scenario;
  /** `http://simulator/loki`, `/prometheus`, `/argocd`, `/jaeger`, `/kubernetes`, ... */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  readonly tokens: { readonly argocd: string; readonly kubernetes: string; readonly write: string };
  /** By the rules of its alerting server, at this moment. */
  readonly alert: () => ReactingAlert;
  readonly running: (service: string) => RunningService;
  /** All writes that were carried out, the oldest first. */
  readonly writes: readonly ShopWrite[];
  /** Requests with the token that may write, as method and path. */
  readonly writerAsked: readonly string[];
}

export function createReactingSimulator(options: ReactingOptions): ReactingSimulator {
  const { deployedBy = 'argocd', helps, now, ...told } = options;
  const scenario = createScenario(told);
  const asTold = scenario.world.story;
  const story = deployedBy === 'kubectl' ? { ...asTold, configIn: 'environment' as const } : asTold;
  const shop = createShop({ ...scenario.world, story }, { helps, now });
  const tokens = {
    argocd: argocdTokenOf(shop.told),
    kubernetes: `${argocdTokenOf(shop.told)}-cluster`,
    write: `${argocdTokenOf(shop.told)}-write`,
  };
  const argocd =
    deployedBy === 'kubectl'
      ? () => Promise.resolve(jsonResponse(200, { metadata: {}, items: null }))
      : createArgocdWrites(shop, { read: tokens.argocd, write: tokens.write });
  const kubernetes =
    deployedBy === 'argocd'
      ? () => Promise.resolve(textResponse(404, '404 page not found\n'))
      : createKubernetesApi(shop, { read: tokens.kubernetes, write: tokens.write });
  const writerAsked: string[] = [];

  return {
    scenario,
    tokens,
    writes: shop.writes,
    writerAsked,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      if (request.headers.get('authorization') === `Bearer ${tokens.write}`) {
        writerAsked.push(`${request.method} ${pathname}`);
      }
      if (pathname.startsWith('/argocd/')) return argocd(request);
      if (pathname.startsWith('/kubernetes/')) return kubernetes(request);
      return shop.look().fetch(request);
    },
    alert() {
      const { alerting, nowMs } = shop.look();
      const { name, service } = story.alertRule;
      const fires = alerting
        .states()
        .some(
          (state) =>
            state.rule.name === name &&
            state.labels.get('service') === service &&
            state.firedAtMs !== undefined,
        );
      const status = fires ? 'firing' : 'resolved';
      const end = fires ? {} : { endsAt: new Date(nowMs).toISOString() };
      const { alerts } = scenario.alert;
      return { ...scenario.alert, status, alerts: alerts.map((alert) => ({ ...alert, ...end, status })) };
    },
    running(service) {
      findService(story.topology, service);
      const last = shop.rolloutsOf(service).at(-1);
      if (last === undefined) throw new TypeError(`${service} was never rolled out`);
      return { version: last.of.version, config: last.of.config };
    },
  };
}

/** A reacting simulator on 127.0.0.1. */
export interface RunningReactingSimulator extends ReactingSimulator {
  /** In front of `/loki`, `/prometheus`, `/argocd`, `/jaeger`, `/kubernetes`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export async function startReactingSimulator(
  options: ReactingOptions & { /** 0 takes a free one. */ readonly port: number },
): Promise<RunningReactingSimulator> {
  const simulator = createReactingSimulator(options);
  return { ...simulator, ...(await listenOn(simulator.fetch, options.port)) };
}
