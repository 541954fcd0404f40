import { hashText } from '../engine/random.js';
import type { Story } from '../scenarios/story.js';
import { type AlertState, expandAnnotations, type RuleText } from './alert-state.js';

/** The webhook body that Alertmanager posts, version 4. */
export interface AlertmanagerBody {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: 'firing';
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly notification_reason: string;
  readonly alerts: readonly AlertmanagerAlert[];
}

export interface AlertmanagerAlert {
  readonly status: 'firing';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** The notification about the story's own alert, which must be firing by now. */
export function alertmanagerBody(
  story: Story,
  rules: readonly RuleText[],
  states: readonly AlertState[],
): AlertmanagerBody {
  const { name, service } = story.alertRule;
  const rule = rules.find((one) => one.name === name);
  const state = states.find((one) => one.rule === rule && one.labels.get('service') === service);
  if (rule === undefined || state?.firedAtMs === undefined) {
    throw new RangeError(`the alert ${name} of ${service} does not fire in this story`);
  }
  const labels = {
    ...Object.fromEntries(state.labels),
    // Added by the alerting server's external labels.
    cluster: story.topology.cluster,
  };
  const sorted = Object.fromEntries(
    Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  const annotations = expandAnnotations(state);
  const expression = new URLSearchParams({ 'g0.expr': rule.expression, 'g0.tab': '1' });
  const text = JSON.stringify(sorted);
  const half = (salt: string): string =>
    hashText(text + salt)
      .toString(16)
      .padStart(8, '0');
  const groupLabels = { alertname: name, service };
  return {
    version: '4',
    groupKey: `{}/{severity="${rule.labels['severity']}"}:{alertname="${name}", service="${service}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'midwatch',
    groupLabels,
    commonLabels: sorted,
    commonAnnotations: annotations,
    externalURL: 'https://alertmanager.example.com',
    notification_reason: 'first notification',
    alerts: [
      {
        status: 'firing',
        labels: sorted,
        annotations,
        startsAt: new Date(state.firedAtMs).toISOString(),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: `https://prometheus.example.com/graph?${expression.toString()}`,
        fingerprint: half('a') + half('b'),
      },
    ],
  };
}
