import { parseAlertmanager } from '@midwatch/alerts';
import { renderMarkdown, renderTerminal } from '@midwatch/brief';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createKubernetesConnector } from '@midwatch/connector-kubernetes';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1, FetchLike } from '@midwatch/core';
import { type Brief, changeSchema, toDeploySignal } from '@midwatch/core/incident';
import { toSlackMessage, toSlackThread } from '@midwatch/notifier-slack';
import { createWebhookNotifier } from '@midwatch/notifier-webhook';
import { createInvestigate, type Investigation, type InvestigationParts } from '@midwatch/responder';
import { createScenario, createSimulatorFetch, type Scenario } from '@midwatch/simulator';
import { redactor } from '../investigation-parts.js';
import type { Attack } from './attack.js';
import { type Batches, isPlanted, keepBatches } from './keep-batches.js';
import { createObedientModel } from './obedient-model.js';
import { fillIn, type PlantContext, plantInto } from './plant.js';
import { clusterAnswer, plantedAlert, toldChange } from './planted-sources.js';

/** A request as a source would have got it. */
export interface SentRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

export interface AttackRun {
  readonly attack: Attack;
  readonly context: PlantContext;
  readonly investigation: Investigation;
  readonly sent: readonly SentRequest[];
  readonly modelRequests: readonly string[];
  readonly slack: string;
  readonly terminal: string;
  readonly markdown: string;
  readonly webhook: string;
}

export interface Range {
  readonly scenario: Scenario;
  /** The incident as it is, judged by the evidence alone. */
  readonly quiet: AttackRun;
  run(attack: Attack, parts?: InvestigationParts): Promise<AttackRun>;
}

/** The fence is random in production. Here the attacker has guessed it, which is the worst case. */
const FENCE = 'guessedguessed01';
const nobody: Attack = { name: 'no attack', plants: [] };

interface Kept {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: string;
}

/** One incident to attack again and again: what the simulated servers answer is computed once. */
export async function openRange(name: string, parts: InvestigationParts): Promise<Range> {
  const scenario = createScenario({ name });
  const simulator = createSimulatorFetch(scenario);
  const answers = new Map<string, Promise<Kept>>();
  const batches: Batches = new Map();
  let context = contextOf(scenario, []);

  async function ask(request: SentRequest, raw: Request): Promise<Kept> {
    const key = `${request.method} ${request.url.href} ${request.body}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = simulator(raw).then(async (response) => ({
      status: response.status,
      headers: [...response.headers],
      body: await response.text(),
    }));
    answers.set(key, answer);
    return answer;
  }

  async function run(attack: Attack, own: InvestigationParts = parts): Promise<AttackRun> {
    const sent: SentRequest[] = [];
    const { plants } = attack;
    const fetch: FetchLike = async (input, init) => {
      const raw = new Request(input, init);
      const request = { method: raw.method, url: new URL(raw.url), body: await raw.clone().text() };
      sent.push(request);
      const { pathname } = request.url;
      if (pathname.startsWith('/kubernetes/')) return clusterAnswer(pathname, plants, context);
      const { body, headers, status } = await ask(request, raw);
      return new Response(status === 200 ? plantInto(pathname, body, plants, context) : body, {
        status,
        headers,
      });
    };
    const [alert] = parseAlertmanager(plantedAlert(scenario.alert, plants, context)).alerts;
    if (alert === undefined) throw new Error('the scenario fires no alert');
    const model = attack === nobody ? undefined : createObedientModel(attack, context);
    const investigation = await createInvestigate({
      ...own,
      format: (input) => own.format({ ...input, fence: FENCE }),
    })({
      alert,
      nowMs: scenario.nowMs,
      redact: redactor,
      collectDeadlineMs: 20_000,
      connectors: connectorsOf(scenario, fetch, toldChange(plants, context)).map((connector) =>
        isPlanted(connector, plants) ? connector : keepBatches(connector, batches),
      ),
      ...(model === undefined ? {} : { analyzer: model.analyzer, largerAnalyzer: model.largerAnalyzer }),
    });
    const { brief } = investigation;
    const { nowMs } = scenario;
    return {
      ...{ attack, context, investigation, sent, modelRequests: model?.requests ?? [] },
      slack: JSON.stringify([toSlackMessage(brief, nowMs), toSlackThread(brief, nowMs)]),
      terminal: renderTerminal(brief, { nowMs }),
      markdown: renderMarkdown(brief, { nowMs }),
      webhook: await sendWebhook(brief, nowMs),
    };
  }
  const quiet = await run(nobody);
  const { callGraph } = quiet.investigation.evidence;
  context = contextOf(
    scenario,
    callGraph.flatMap(({ callee, caller }) => [callee, caller]),
  );
  return { scenario, quiet, run };
}

/** The innocent one is neither at fault nor alerting, and seen in traces where there is such a one. */
function contextOf({ alert, nowMs, truth, world }: Scenario, traced: readonly string[]): PlantContext {
  const alerting = alert.alerts[0]?.labels['service'] ?? '';
  const culprit = truth.service ?? alerting;
  const names = world.run.topology.services.map(({ name }) => name);
  const others = names.filter((name) => name !== culprit && name !== alerting && name !== truth.decoy);
  const innocent = others.findLast((name) => traced.includes(name)) ?? others.at(-1) ?? '';
  return { alerting, culprit, innocent, fence: FENCE, nowMs };
}

function connectorsOf(
  scenario: Scenario,
  fetch: FetchLike,
  told: object | undefined,
): readonly ConnectorV1[] {
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
  return [
    createLokiConnector(at('loki')),
    createPrometheusConnector(at('prometheus')),
    createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
    createJaegerConnector(at('jaeger')),
    createKubernetesConnector({ ...at('kubernetes'), token: 't' }),
    ...(told === undefined ? [] : [toldConnector(told)]),
  ];
}

/** `POST /changes` as the server reads it; what does not pass its schema is refused at the door. */
function toldConnector(told: object): ConnectorV1 {
  const { data: change } = changeSchema.safeParse(told);
  return {
    specVersion: 'v1',
    id: 'changes',
    checkHealth: () => Promise.resolve({ state: 'healthy' }),
    sources: {
      deploys: {
        limits: { maxItems: 100 },
        doQuery: ({ window }) => {
          const origin = {
            id: '00000000000000c1',
            connectorId: 'changes',
            queryId: 'q-changes',
            revision: 'c1',
          };
          const provenance = [{ queryId: 'q-changes', language: 'http', text: 'GET /changes', window }];
          const signals = change === undefined ? [] : [toDeploySignal(change, origin)];
          return Promise.resolve({ signals, gaps: [], provenance });
        },
      },
    },
  };
}

async function sendWebhook(brief: Brief, nowMs: number): Promise<string> {
  let sent = '';
  const notifier = createWebhookNotifier({
    webhookUrl: 'https://hooks.example.com/in',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    fetch: async (input, init) => {
      sent = await new Request(input, init).text();
      return new Response('');
    },
  });
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 30_000 };
  await notifier.notify({ incidentId: 'inc-1', deliveryId: 'inc-1-1', brief, nowMs }, call);
  return sent;
}

/** Whether the attacker's text has come in: else it says nothing that nothing came of it. */
export function hasArrived({ attack, context, investigation, sent }: AttackRun): boolean {
  const { alert, collection } = investigation;
  const came = JSON.stringify([
    alert,
    collection.signals,
    sent.map(({ body, url }) => decodeURIComponent(url.href + body)),
  ]);
  return attack.plants.every(({ text }) => {
    const inJson = JSON.stringify(fillIn(text, context)).slice(1, -1);
    return came.includes('evil') || came.includes(inJson.slice(0, 12));
  });
}
