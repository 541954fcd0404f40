import type { MetricStore } from '../metrics/metric-store.js';
import { evaluateVector } from '../prometheus/promql-evaluate.js';
import { parsePromql } from '../prometheus/promql-parser.js';
import { NAME } from '../prometheus/promql-value.js';
import type { AlertRule } from '../scenarios/story.js';

/** A rule of the alerting server, with templates as written. */
export interface RuleText {
  readonly name: string;
  readonly expression: string;
  readonly forMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One instance of a rule that holds now. */
export interface AlertState {
  readonly rule: RuleText;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Since when the condition has held, and since when it has held long enough. */
  readonly activeAtMs: number;
  readonly firedAtMs: number | undefined;
}

/** How far back a condition is followed to find when it began, and how often rules are evaluated. */
const LOOK_BACK_MS = 1_800_000;
export const EVALUATION_MS = 30_000;

export function writeRules(rule: AlertRule): readonly RuleText[] {
  return [
    {
      name: rule.name,
      expression: `histogram_quantile(0.99, sum by (le, namespace, service) (rate(http_server_request_duration_seconds_bucket[5m]))) > ${rule.thresholdSeconds}`,
      forMs: rule.forMs,
      labels: { severity: rule.severity, team: rule.team },
      annotations: {
        summary: `p99 latency of {{ $labels.service }} is {{ printf "%.1f" $value }}s (threshold ${rule.thresholdSeconds}s)`,
        description: 'Requests to {{ $labels.namespace }}/{{ $labels.service }} are slow.',
        for: `${rule.forMs / 60_000}m`,
        runbook_url: 'https://runbooks.example.com/high-request-latency',
      },
    },
    {
      name: 'TargetDown',
      expression: 'up == 0',
      forMs: 60_000,
      labels: { severity: 'warning', team: 'platform' },
      annotations: { summary: 'Target {{ $labels.instance }} cannot be scraped' },
    },
    {
      name: 'QueueBacklog',
      expression: 'worker_queue_depth > 500',
      forMs: 600_000,
      labels: { severity: 'warning', team: 'platform' },
      annotations: { summary: 'Queue {{ $labels.queue }} holds {{ $value }} jobs' },
    },
    {
      name: 'Watchdog',
      expression: 'vector(1)',
      forMs: 0,
      labels: { severity: 'none' },
      annotations: { summary: 'Always firing' },
    },
  ];
}

/** Fills in the templates that the rules above use. */
function expandTemplate(template: string, value: number, labels: ReadonlyMap<string, string>): string {
  return template
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels.get(name) ?? '')
    .replaceAll('{{ printf "%.1f" $value }}', value.toFixed(1))
    .replaceAll('{{ $value }}', String(value));
}

export function expandAnnotations(state: AlertState): Record<string, string> {
  const { rule, value, labels } = state;
  const expanded = Object.entries(rule.annotations).map(([name, text]) => [
    name,
    expandTemplate(text, value, labels),
  ]);
  return Object.fromEntries(expanded);
}

/** Evaluates the rules as the alerting server would have, over the last half hour. */
export function alertStates(store: MetricStore, rules: readonly RuleText[]): readonly AlertState[] {
  const startMs = Math.max(store.nowMs - LOOK_BACK_MS, store.startMs);
  const steps = {
    startMs,
    stepMs: EVALUATION_MS,
    count: Math.floor((store.nowMs - startMs) / EVALUATION_MS) + 1,
  };
  return rules.flatMap((rule) => {
    const series = [...evaluateVector(parsePromql(rule.expression), { store, steps })];
    return series.flatMap((one): AlertState[] => {
      const last = steps.count - 1;
      if (one.present[last] !== 1) return [];
      const since = one.present.lastIndexOf(0) + 1;
      const activeAtMs = startMs + since * EVALUATION_MS;
      const held = store.nowMs - activeAtMs >= rule.forMs;
      const labels = new Map([...one.labels].filter(([name]) => name !== NAME));
      for (const [name, value] of [['alertname', rule.name], ...Object.entries(rule.labels)]) {
        if (name !== undefined && value !== undefined) labels.set(name, value);
      }
      const sorted = new Map([...labels].sort(([left], [right]) => (left < right ? -1 : 1)));
      const firedAtMs = held ? activeAtMs + rule.forMs : undefined;
      return [{ rule, labels: sorted, value: one.values[last] ?? Number.NaN, activeAtMs, firedAtMs }];
    });
  });
}
