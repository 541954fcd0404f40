// What the model would be asked, what that costs, and how often a larger one would be asked after it: thirteen kinds of simulated
// incidents with three seeds each, and the recorded ones where they are present. The small model is scripted: it answers as the
// evidence analyzer does, or the same with LOW where that says MEDIUM. Tokens are estimated, answers have an assumed length.
import { globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseAlertmanager } from '@midwatch/alerts';
import {
  DEFAULT_LARGER_MODEL,
  DEFAULT_MODEL,
  estimateTokens,
  priceOf,
  toModelRequest,
} from '@midwatch/analyzer-claude';
import { toBrief } from '@midwatch/brief';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { Alert, Analyzer } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createInvestigate, type Investigation, judge } from '@midwatch/responder';
import { createScenario, createSimulatorFetch, scenarioKinds } from '@midwatch/simulator';
import { printResult } from './bench-result.ts';

const SEEDS = [1, 2, 3];
/** Thinking included. */
const ANSWER_TOKENS = 1_500;
const SMALL_MODELS = [DEFAULT_MODEL, 'claude-haiku-4-5'];

const evidenceAnalyzer = createEvidenceAnalyzer();
const investigate = createInvestigate({ reduce, format, evidenceAnalyzer, admit, toBrief });
const redact = createRedactor();
const collectDeadlineMs = 20_000;

const agrees: Analyzer = { ...evidenceAnalyzer, name: 'scripted' };
const doubts: Analyzer = {
  name: 'scripted',
  async analyze(input, call) {
    const answer = await evidenceAnalyzer.analyze(input, call);
    return answer.confidence === 'MEDIUM' ? { ...answer, confidence: 'LOW' } : answer;
  },
};
/** Asked by nobody: that it was to be is what counts. */
const larger: Analyzer = { name: 'larger', analyze: () => Promise.reject(new Error('not asked')) };

const simulated: Investigation[] = [];
for (const name of scenarioKinds) for (const seed of SEEDS) simulated.push(await play(name, seed));
await measure('simulated', simulated);

const folder = resolve(import.meta.dirname, '../../../../shared/eval');
const recorded: Investigation[] = [];
for (const file of globSync('*/*/incident.json', { cwd: folder }).sort())
  recorded.push(await read(join(folder, dirname(file))));
if (recorded.length > 0) await measure('recorded', recorded);
else process.stderr.write('model-questions: the incident bundles of ../shared/eval are absent\n');

async function measure(name: string, investigations: readonly Investigation[]): Promise<void> {
  const count = `of ${investigations.length} ${name} incidents`;
  const tokens = investigations.map((each) => estimateTokens(toModelRequest(each)));
  const mean = tokens.reduce((sum, each) => sum + each, 0) / tokens.length;
  printResult({ name: `${name}.tokens.mean`, value: Math.round(mean), unit: `estimated tokens, ${count}` });
  printResult({
    name: `${name}.tokens.most`,
    value: Math.max(...tokens),
    unit: `estimated tokens, ${count}`,
  });
  const large = meanPrice(DEFAULT_LARGER_MODEL, tokens);
  const share = await escalate(`${name}.escalated`, agrees, investigations);
  await escalate(`${name}.escalated-in-doubt`, doubts, investigations);
  for (const model of SMALL_MODELS) {
    const small = meanPrice(model, tokens);
    const unit = `US dollars, mean ${count}`;
    printResult({ name: `${name}.${model}.ordinary`, value: round(small), unit });
    printResult({ name: `${name}.${model}.escalated`, value: round(small + large), unit });
    printResult({ name: `${name}.${model}.expected`, value: round(small + share * large), unit });
  }
}

/** The share that would go to the larger model; for each reason a line. */
async function escalate(
  name: string,
  analyzer: Analyzer,
  investigations: readonly Investigation[],
): Promise<number> {
  const reasons = new Map<string, number>();
  for (const { alert, analysis: otherwise, dossier, evidence } of investigations) {
    const input = { alert, evidence, dossier };
    const { escalation } = await judge({
      ...{ analyzer, largerAnalyzer: larger, input, admit, otherwise, deadlineMs: 10_000 },
      signal: new AbortController().signal,
    });
    if (escalation !== undefined) reasons.set(escalation.reason, (reasons.get(escalation.reason) ?? 0) + 1);
  }
  const total = [...reasons.values()].reduce((sum, each) => sum + each, 0);
  const value = round(total / investigations.length);
  printResult({ name, value, unit: `share of ${investigations.length} incidents` });
  for (const [reason, times] of reasons)
    printResult({ name: `${name}.${reason}`, value: times, unit: 'incidents' });
  return value;
}

function meanPrice(model: string, tokens: readonly number[]): number {
  const prices = tokens.map((each) => priceOf(model, each, ANSWER_TOKENS) ?? Number.NaN);
  return prices.reduce((sum, each) => sum + each, 0) / prices.length;
}

function round(value: number): number {
  return Number(value.toFixed(5));
}

async function play(name: string, seed: number): Promise<Investigation> {
  const scenario = createScenario({ name, seed });
  const fetch = createSimulatorFetch(scenario);
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
  return investigate({
    alert: alertOf(scenario.alert),
    nowMs: scenario.nowMs,
    redact,
    collectDeadlineMs,
    connectors: [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ],
  });
}

async function read(bundleFolder: string): Promise<Investigation> {
  const { alert, baseline, connector, nowMs, window } = await openBundle(bundleFolder);
  return investigate({
    alert: alertOf(alert),
    nowMs,
    redact,
    collectDeadlineMs,
    connectors: [connector],
    plan: { window, baseline },
  });
}

function alertOf(body: unknown): Alert {
  const [alert] = parseAlertmanager(JSON.stringify(body)).alerts;
  if (alert === undefined) throw new Error('the webhook body holds no alert');
  return alert;
}
