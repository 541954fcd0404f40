import type { Notification, Notifier, NotifierError } from '@midwatch/core/incident';
import { createGrafanaNotifier } from '@midwatch/notifier-grafana';
import { createPagerDutyNotifier } from '@midwatch/notifier-pagerduty';
import { createSlackNotifier, createSlackWebhookNotifier } from '@midwatch/notifier-slack';
import { toSlackControls, toSlackRemedyControls } from '@midwatch/notifier-slack/interactivity';
import { createTeamsNotifier } from '@midwatch/notifier-teams';
import { createWebhookNotifier } from '@midwatch/notifier-webhook';
import { withVariableNames } from './named-variables.js';

/** What the environment says of who is told, the same in every app. Those in one line belong together. */
export interface NotifierVariables {
  readonly SLACK_BOT_TOKEN?: string | undefined;
  readonly SLACK_CHANNEL?: string | undefined;
  readonly SLACK_API_URL?: string | undefined;
  /** Without it nobody reads what people press, so there is nothing to press. */
  readonly SLACK_SIGNING_SECRET?: string | undefined;
  readonly SLACK_WEBHOOK_URL?: string | undefined;
  readonly TEAMS_WEBHOOK_URL?: string | undefined;
  readonly PAGERDUTY_TOKEN?: string | undefined;
  readonly PAGERDUTY_FROM?: string | undefined;
  readonly PAGERDUTY_API_URL?: string | undefined;
  readonly GRAFANA_URL?: string | undefined;
  readonly GRAFANA_TOKEN?: string | undefined;
  readonly GRAFANA_DASHBOARD_UID?: string | undefined;
  readonly MIDWATCH_NOTIFY_URL?: string | undefined;
  readonly MIDWATCH_NOTIFY_SECRET?: string | undefined;
}

/** What a delivery that counts does not tell. */
export interface NotifierListeners {
  /** Why a brief stands without its picture. @default nobody */
  readonly onPictureError?: (error: NotifierError) => void;
}

export interface ConfiguredNotifiers {
  /** Made anew: who listens is known later than the environment. */
  readonly open: (listeners?: NotifierListeners) => readonly Notifier[];
  /** For a log, which must not show them. */
  readonly secrets: readonly string[];
}

/**
 * Who is told, by the environment. Each is made once here already, so that what is wrong with one is known at the start.
 *
 * @throws TypeError with the variable that is missing, or whose value cannot be right, which is not quoted.
 */
export function readNotifiers(variables: NotifierVariables): ConfiguredNotifiers {
  const read = (name: keyof NotifierVariables) => variables[name]?.trim() || undefined;
  const pair = (one: keyof NotifierVariables, other: keyof NotifierVariables) => {
    const [first, second] = [read(one), read(other)];
    if (first !== undefined && second !== undefined) return [first, second] as const;
    if (first === second) return undefined;
    const [there, missing] = first === undefined ? [other, one] : [one, other];
    throw new TypeError(`${there} is set and ${missing} is not; set both, or neither`);
  };
  const makers: ((listeners: NotifierListeners) => Notifier)[] = [];
  const secrets: string[] = [];
  const add = (
    secret: string,
    names: Readonly<Record<string, keyof NotifierVariables>>,
    make: (listeners: NotifierListeners) => Notifier,
  ) => {
    secrets.push(secret);
    makers.push((listeners) => withVariableNames(names, () => make(listeners)));
  };
  const slack = pair('SLACK_BOT_TOKEN', 'SLACK_CHANNEL');
  if (slack !== undefined) {
    const [token, channel] = slack;
    const pressed =
      read('SLACK_SIGNING_SECRET') === undefined
        ? {}
        : { controls: controlsOf, remedyControls: remedyControlsOf };
    const baseUrl = read('SLACK_API_URL');
    const names = { token: 'SLACK_BOT_TOKEN', channel: 'SLACK_CHANNEL', baseUrl: 'SLACK_API_URL' } as const;
    add(token, names, ({ onPictureError }) =>
      createSlackNotifier({ token, channel, baseUrl, ...pressed, onPictureError }),
    );
  }
  const slackWebhook = read('SLACK_WEBHOOK_URL');
  if (slackWebhook !== undefined) {
    add(slackWebhook, { webhookUrl: 'SLACK_WEBHOOK_URL' }, () =>
      createSlackWebhookNotifier({ webhookUrl: slackWebhook }),
    );
  }
  const teams = read('TEAMS_WEBHOOK_URL');
  if (teams !== undefined)
    add(teams, { webhookUrl: 'TEAMS_WEBHOOK_URL' }, () => createTeamsNotifier({ webhookUrl: teams }));
  const pagerDuty = pair('PAGERDUTY_TOKEN', 'PAGERDUTY_FROM');
  if (pagerDuty !== undefined) {
    const [token, from] = pagerDuty;
    const names = { token: 'PAGERDUTY_TOKEN', from: 'PAGERDUTY_FROM', baseUrl: 'PAGERDUTY_API_URL' } as const;
    add(token, names, () => createPagerDutyNotifier({ token, from, baseUrl: read('PAGERDUTY_API_URL') }));
  }
  const grafana = pair('GRAFANA_TOKEN', 'GRAFANA_URL');
  if (grafana !== undefined) {
    const [token, baseUrl] = grafana;
    const names = {
      token: 'GRAFANA_TOKEN',
      baseUrl: 'GRAFANA_URL',
      dashboardUid: 'GRAFANA_DASHBOARD_UID',
    } as const;
    add(token, names, () =>
      createGrafanaNotifier({ token, baseUrl, dashboardUid: read('GRAFANA_DASHBOARD_UID') }),
    );
  }
  const webhook = pair('MIDWATCH_NOTIFY_SECRET', 'MIDWATCH_NOTIFY_URL');
  if (webhook !== undefined) {
    const [secret, webhookUrl] = webhook;
    const names = { webhookUrl: 'MIDWATCH_NOTIFY_URL', secret: 'MIDWATCH_NOTIFY_SECRET' } as const;
    add(secret, names, () => createWebhookNotifier({ webhookUrl, secret }));
  }
  const open = (listeners: NotifierListeners = {}) => makers.map((make) => make(listeners));
  open();
  return { open, secrets };
}

/** What they can press about an action. */
function remedyControlsOf({ brief: { remedy }, incidentId }: Notification) {
  return remedy === undefined ? [] : toSlackRemedyControls({ incidentId, remedy });
}

/** What people can press under a brief. */
function controlsOf({ brief, incidentId }: Notification) {
  const { footer, status } = brief;
  return toSlackControls({
    incidentId,
    isResolved: status === 'resolved',
    isPending: footer.pending !== undefined,
  });
}
