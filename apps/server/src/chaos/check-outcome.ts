import type { IncidentDetails, Store } from '@midwatch/core/incident';
import type { SentAlert } from './alert-sender.js';
import { type ChaosChannels, incidentOf } from './chaos-channels.js';
import type { WorkTable } from './work-table.js';

export interface Outcome {
  /** Each names its incident; none when all is as it should be. */
  readonly violations: readonly string[];
  readonly incidents: number;
  readonly acknowledged: number;
  /** Deliveries to the generic receiver that the store says arrived, and how many of them came more than once. */
  readonly delivered: number;
  readonly duplicates: number;
  /** Given up, with a reason. */
  readonly givenUp: readonly string[];
}

interface Checked {
  readonly store: Store;
  readonly work: WorkTable;
  readonly channels: Pick<ChaosChannels, 'messages' | 'received' | 'refusals'>;
  readonly alerts: readonly SentAlert[];
  readonly incidentsExpected: number;
}

/** What has to hold once all is quiet, whatever was killed before. */
export async function checkOutcome(checked: Checked): Promise<Outcome> {
  const { alerts, channels, incidentsExpected, store, work } = checked;
  const incidents = await readIncidents(store);
  const failed = await work.failed();
  const violations = [
    ...channels.refusals,
    ...(incidents.length === incidentsExpected
      ? []
      : [`${incidents.length} incidents instead of ${incidentsExpected}`]),
    ...alerts.flatMap((alert) => lost(alert, incidents)),
    ...incidents.flatMap((incident) => untold(incident, channels)),
    ...failed.flatMap(({ error, incidentId, key }) =>
      error ? [] : [`${incidentId}: ${key} is dead without a reason`],
    ),
  ];
  const arrived = incidents.flatMap(arrivedIds);
  const timesOf = Map.groupBy(channels.received, ({ webhookId }) => webhookId);
  const unheard = arrived.filter((id) => !timesOf.has(id));
  const known = new Set(arrived);
  const unnoted = [...timesOf.keys()].filter((id) => !known.has(id));
  return {
    violations: [
      ...violations,
      ...unheard.map((id) => `the store says that ${id} arrived, and the receiver never got it`),
      ...unnoted.map((id) => `the receiver got ${id}, and the store does not know that it arrived`),
      ...(known.size === arrived.length ? [] : ['two deliveries have one webhook-id']),
    ],
    incidents: incidents.length,
    acknowledged: alerts.filter(({ incidentId }) => incidentId !== undefined).length,
    delivered: arrived.length,
    duplicates: [...timesOf.values()].filter((times) => times.length > 1).length,
    givenUp: failed.map(({ error, incidentId, key }) => `${incidentId} ${key}: ${error}`),
  };
}

async function readIncidents(store: Store): Promise<readonly IncidentDetails[]> {
  const all: IncidentDetails[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listIncidents({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    for (const { id } of page.items) {
      const incident = await store.getIncident(id);
      if (incident !== undefined) all.push(incident);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

/** Acknowledged, and not in exactly the incident that the answer named. */
function lost(sent: SentAlert, incidents: readonly IncidentDetails[]): readonly string[] {
  const { fingerprint, incidentId, isResolved, service } = sent;
  const name = `${fingerprint} of ${service}${isResolved ? ', resolved' : ''}`;
  if (incidentId === undefined) return [`${name}: never acknowledged, after ${sent.attempts} attempts`];
  const holders = incidents.filter(({ alerts }) =>
    alerts.some(({ alert }) => alert.fingerprint === fingerprint),
  );
  if (holders.length !== 1 || holders[0]?.id !== incidentId) {
    const where = holders.map(({ id }) => id).join(', ') || 'no incident';
    return [`${name}: acknowledged for ${incidentId}, and kept in ${where}`];
  }
  const kept = holders[0].alerts.find(({ alert }) => alert.fingerprint === fingerprint)?.alert;
  return isResolved && kept?.status !== 'resolved' ? [`${incidentId}: the resolve of ${name} is lost`] : [];
}

/** Not told exactly once, or not as it stands. */
function untold(incident: IncidentDetails, { messages }: Checked['channels']): readonly string[] {
  const { brief, id, status } = incident;
  if (brief === undefined) return [`${id}: has no brief`];
  const own = messages.filter((message) => incidentOf(message) === id);
  const [message] = own;
  if (own.length !== 1 || message === undefined)
    return [`${id}: ${own.length} messages in Slack instead of one`];
  const shown = JSON.stringify(message.blocks);
  return [
    ...(brief.status === status ? [] : [`${id}: is ${status}, and its brief says ${brief.status}`]),
    ...(brief.footer.pending === undefined ? [] : [`${id}: its brief still waits for the model`]),
    ...(shown.includes('still reading') ? [`${id}: its message still waits for the model`] : []),
    ...(shown.includes(status === 'resolved' ? '✅' : '🔥')
      ? []
      : [`${id}: is ${status}, and its message says otherwise`]),
  ];
}

function arrivedIds({ timeline }: IncidentDetails): readonly string[] {
  return timeline.flatMap(({ action, detail }) => {
    const { channel, message } = (detail ?? {}) as { channel?: string; message?: string };
    return action === 'brief-delivered' && channel === 'webhook' && message !== undefined ? [message] : [];
  });
}
