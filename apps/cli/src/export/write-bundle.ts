import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DeploySignal, IncidentSignal } from '@midwatch/core';
import type { Alert, Collection, IncidentDetails, IncidentHistory } from '@midwatch/core/incident';
import type { RecalledIncident } from '@midwatch/responder';
import { UsageError } from '../usage-error.js';
import { toLogLine, toMetricLine, toTraceLine } from './to-otlp-lines.js';

export interface WrittenBundle {
  readonly signals: number;
  /** The service at fault, as `truth.json` has it; absent where nobody has said. */
  readonly truth?: string;
}

/** The newest look at an incident as a folder that `midwatch eval` reads. The folder has to be empty, or not there. */
export async function writeBundle(
  folder: string,
  recalled: RecalledIncident,
  history: Pick<IncidentHistory, 'analyses'>,
): Promise<WrittenBundle> {
  const { collection, incident, look } = recalled;
  if (collection === undefined)
    throw new UsageError(
      `incident ${incident.id}: its signals are not kept any more (30 days), or were too many to be kept`,
    );
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new UsageError(`${folder}: is not empty; name a folder that is, or a new one`);
  const { deploys, incidents, logs, metrics, traces } = collection.signals;
  const truth = truthOf(recalled.incident, history);
  const write = (name: string, content: unknown) =>
    writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  const writeLines = (name: string, lines: readonly object[]) =>
    writeFile(
      join(folder, `${name}.jsonl.gz`),
      gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    );
  await write('alert.json', toAlertmanager(look.alert));
  await write('incident.json', toIncident(recalled, collection));
  await writeLines('logs', logs.map(toLogLine));
  await writeLines('metrics', metrics.map(toMetricLine));
  await writeLines('traces', traces.map(toTraceLine));
  await write('deploys.json', deploys.map(toChange));
  await write('incidents.json', incidents.map(toProblem));
  if (truth !== undefined) await write('truth.json', truth);
  return {
    signals: logs.length + metrics.length + traces.length + deploys.length + incidents.length,
    ...(truth === undefined ? {} : { truth: truth.service }),
  };
}

/** Who settled it as right has said that whoever was named first by then is at fault. */
function truthOf({ outcome }: IncidentDetails, { analyses }: Pick<IncidentHistory, 'analyses'>) {
  if (outcome === undefined) return undefined;
  const { atMs, cause, judgement } = outcome;
  const stood = analyses.findLast((each) => each.wasShown && each.atMs <= atMs);
  const isNamed = stood?.verdict === 'cause-found' || stood?.verdict === 'candidates';
  const service = outcome.service ?? (judgement === 'right' && isNamed ? stood.services[0] : undefined);
  if (service === undefined) return undefined;
  return { service, judgement, ...(cause === undefined ? {} : { cause }) };
}

function toIncident({ incident, look }: RecalledIncident, { baseline, window }: Collection) {
  const { namespace } = look.alert.target;
  const toSpan = ({ endMs, startMs }: Collection['window']) => ({
    start: toTime(startMs),
    end: toTime(endMs),
  });
  return {
    id: incident.id,
    ...(namespace === undefined ? {} : { namespace }),
    now: toTime(look.nowMs),
    window: toSpan(window),
    baseline: toSpan(baseline),
  };
}

/** A webhook body of version 4; what was read from the labels stands in them again. */
function toAlertmanager(alert: Alert) {
  const { annotations, description, endsAtMs, fingerprint, generatorUrl, name, severity, startsAtMs } = alert;
  const { runbookUrl, status, summary, target } = alert;
  const { environment, namespace, service } = target;
  const labels = {
    ...alert.labels,
    ...present({ alertname: name, severity, service, namespace, environment }),
  };
  const told = { ...annotations, ...present({ summary, description, runbook_url: runbookUrl }) };
  return {
    version: '4',
    status,
    receiver: 'midwatch',
    alerts: [
      {
        ...{ status, labels, annotations: told, fingerprint, startsAt: toTime(startsAtMs) },
        ...(endsAtMs === undefined ? {} : { endsAt: toTime(endsAtMs) }),
        ...present({ generatorURL: generatorUrl }),
      },
    ],
  };
}

function toChange(deploy: DeploySignal) {
  const { actor, changes, namespace, service, summary, timestampMs, url } = deploy;
  const { previousRevision, previousVersion = previousRevision, revision, version = revision } = deploy;
  const texts = present({ namespace, version, previousVersion, summary, actor, url });
  return { timestampMs: Math.round(timestampMs), service, ...texts, changes };
}

function toProblem({
  connectorId,
  namespace,
  reason,
  service,
  severity,
  timestampMs,
  title,
}: IncidentSignal) {
  return {
    timestampMs: Math.round(timestampMs),
    ...present({ service, namespace, title, reason, severity, source: connectorId }),
  };
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Without what is absent. */
function present(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
