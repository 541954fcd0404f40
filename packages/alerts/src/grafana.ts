import type { Alert } from '@midwatch/core/incident';
import * as z from 'zod';
import type { AlertBatch } from './alert-batch.js';
import { webAddress, withoutUndefined } from './alert-fields.js';
import { readAlertGroup } from './alert-group.js';

/** https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/ */
const ownSchema = z.object({
  dashboardURL: z.string().nullish().catch(undefined),
  panelURL: z.string().nullish().catch(undefined),
});

/** Alerts that Grafana makes up when a rule could not be evaluated: they tell of its data source, not of the service. */
const unevaluated = new Map([
  ['DatasourceNoData', 'the query returned no data'],
  ['DatasourceError', 'the query failed'],
]);

/**
 * Reads the body of a Grafana Alerting webhook with its default payload: Alertmanager's form, with links to the panel. Each
 * alert is decided for itself.
 *
 * @throws AlertError when the body is not JSON or holds no `alerts`, as a custom payload may.
 */
export function parseGrafana(body: string): AlertBatch {
  return readAlertGroup(body, {
    source: 'grafana',
    expected: 'the JSON that Grafana Alerting sends to a webhook (default payload)',
    enrich: addPanel,
  });
}

function addPanel(alert: Alert, item: unknown): Alert {
  const { panelURL, dashboardURL } = ownSchema.parse(item);
  const generatorUrl =
    webAddress(panelURL ?? undefined) ?? webAddress(dashboardURL ?? undefined) ?? alert.generatorUrl;
  const failure = unevaluated.get(alert.name);
  const summary =
    failure === undefined ? alert.summary : `Grafana could not evaluate ${ruleOf(alert)}: ${failure}`;
  return { ...alert, ...withoutUndefined({ generatorUrl, summary }) };
}

function ruleOf({ labels }: Alert): string {
  const rule = labels['rulename'] ?? '';
  return rule === '' ? 'a rule' : `the rule ${rule}`;
}
