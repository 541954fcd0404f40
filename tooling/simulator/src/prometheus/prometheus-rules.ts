import { type AlertState, EVALUATION_MS, expandAnnotations, type RuleText } from '../alerting/alert-state.js';
import type { MetricStore } from '../metrics/metric-store.js';
import { invalid } from './prometheus-parameters.js';

interface RulesAnswer {
  readonly data: unknown;
}

function toAlert(state: AlertState): unknown {
  return {
    labels: Object.fromEntries(state.labels),
    annotations: expandAnnotations(state),
    state: state.firedAtMs === undefined ? 'pending' : 'firing',
    activeAt: new Date(state.activeAtMs).toISOString(),
    value: state.value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2'),
  };
}

export function listAlerts(states: readonly AlertState[]): RulesAnswer {
  return { data: { alerts: states.map(toAlert) } };
}

export function listRules(
  store: MetricStore,
  states: readonly AlertState[],
  rules: readonly RuleText[],
  parameters: URLSearchParams,
): RulesAnswer {
  const type = parameters.get('type') ?? '';
  if (!['', 'alert', 'record'].includes(type)) throw invalid('type', `not supported value "${type}"`);
  const names = parameters.getAll('rule_name[]');
  const lastEvaluation = new Date(store.nowMs - 4_000).toISOString();
  const shown = rules.filter(
    (rule) => type !== 'record' && (names.length === 0 || names.includes(rule.name)),
  );
  const group = {
    name: 'shop.rules',
    file: '/etc/prometheus/rules/shop.yml',
    rules: shown.map((rule) => {
      const own = states.filter((state) => state.rule === rule);
      const firing = own.some((state) => state.firedAtMs !== undefined);
      return {
        state: firing ? 'firing' : own.length > 0 ? 'pending' : 'inactive',
        name: rule.name,
        query: rule.expression,
        duration: rule.forMs / 1000,
        keepFiringFor: 0,
        labels: rule.labels,
        annotations: rule.annotations,
        alerts: parameters.get('exclude_alerts') === 'true' ? [] : own.map(toAlert),
        health: 'ok',
        evaluationTime: 0.000412,
        lastEvaluation,
        type: 'alerting',
      };
    }),
    interval: EVALUATION_MS / 1000,
    limit: 0,
    evaluationTime: 0.001174,
    lastEvaluation,
  };
  return { data: { groups: shown.length === 0 ? [] : [group] } };
}
