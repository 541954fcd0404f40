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

/** The story's own rule and those that every shop has. */
export function writeRules(rule: AlertRule): readonly RuleText[] {
  return [
    {
      name: rule.name,
      ...ruleText(rule),
      forMs: rule.forMs,
      labels: { severity: rule.severity, team: rule.team },
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
    ...PLATFORM_RULES,
    {
      name: 'Watchdog',
      expression: 'vector(1)',
      forMs: 0,
      labels: { severity: 'none' },
      annotations: { summary: 'Always firing' },
    },
  ];
}

const SUM = 'sum by (namespace, service)';
const platform = { severity: 'warning', team: 'platform' };

const PLATFORM_RULES: readonly RuleText[] = [
  {
    name: 'ContainerRestarted',
    expression:
      'sum by (namespace, service, pod) (increase(kube_pod_container_status_restarts_total[10m])) > 0.5',
    forMs: 0,
    labels: platform,
    annotations: { summary: 'A container of {{ $labels.pod }} was restarted' },
  },
  {
    name: 'ContainerThrottled',
    expression: `${SUM} (rate(container_cpu_cfs_throttled_periods_total[5m])) / ${SUM} (rate(container_cpu_cfs_periods_total[5m])) > 0.25`,
    forMs: 120_000,
    labels: platform,
    annotations: { summary: '{{ $labels.service }} is held back by its CPU limit' },
  },
  {
    name: 'VolumeAlmostFull',
    expression:
      'max by (namespace, service) (1 - kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) > 0.97',
    forMs: 60_000,
    labels: platform,
    annotations: { summary: 'A volume of {{ $labels.service }} is almost full' },
  },
];

function ruleText(rule: AlertRule): Pick<RuleText, 'annotations' | 'expression'> {
  const hold = `${rule.forMs / 60_000}m`;
  if (rule.thresholdErrorShare !== undefined) {
    const count = 'http_server_request_duration_seconds_count';
    const failed = `${SUM} (rate(${count}{http_response_status_code=~"5.."}[2m]))`;
    return {
      expression: `${failed} / ${SUM} (rate(${count}[2m])) > ${rule.thresholdErrorShare}`,
      annotations: {
        summary: `{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail (threshold ${rule.thresholdErrorShare * 100}%)`,
        description: 'Requests to {{ $labels.namespace }}/{{ $labels.service }} fail.',
        for: hold,
        runbook_url: 'https://runbooks.example.com/failing-requests',
      },
    };
  }
  const { thresholdSeconds } = rule;
  return {
    expression: `histogram_quantile(0.99, sum by (le, namespace, service) (rate(http_server_request_duration_seconds_bucket[5m]))) > ${thresholdSeconds}`,
    annotations: {
      summary: `p99 latency of {{ $labels.service }} is {{ printf "%.1f" $value }}s (threshold ${thresholdSeconds}s)`,
      description: 'Requests to {{ $labels.namespace }}/{{ $labels.service }} are slow.',
      for: hold,
      runbook_url: 'https://runbooks.example.com/high-request-latency',
    },
  };
}

/** Fills in the templates that the rules above use. */
function expandTemplate(template: string, value: number, labels: ReadonlyMap<string, string>): string {
  return template
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels.get(name) ?? '')
    .replaceAll('{{ printf "%.1f" $value }}', value.toFixed(1))
    .replaceAll('{{ $value | humanizePercentage }}', `${Number((value * 100).toPrecision(4))}%`)
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
