import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectorV1 } from '@midwatch/core';
import type { NamedFile } from '../file-source.js';
import { createOtlpFileConnector } from '../otlp-file-connector.js';
import { type BundledIncident, bundleError, parseIncidentFile, parseJsonFile } from './incident-file.js';
import { openFile } from './open-file.js';

/** An incident as a folder: the alert, when to look, and everything that was read. */
export interface IncidentBundle extends BundledIncident {
  /** The JSON of `alert.json`, a webhook body of Alertmanager; absent when the folder has none. */
  readonly alert?: unknown;
  /** A source for each file that the folder has. */
  readonly connector: ConnectorV1;
}

export interface OpenBundleOptions {
  /** The connector's id. @default 'otlp-file' */
  readonly id?: string;
}

/** Reads the small files of a bundle now, and the telemetry when it is asked for. `truth.json` is not opened. */
export async function openBundle(folder: string, options: OpenBundleOptions = {}): Promise<IncidentBundle> {
  const incidentPath = join(folder, 'incident.json');
  const incidentText = await readText(incidentPath);
  if (incidentText === undefined) {
    throw bundleError(incidentPath, 'does not exist: a bundle is a folder with incident.json in it');
  }
  const incident = parseIncidentFile(incidentText, incidentPath);
  const alertPath = join(folder, 'alert.json');
  const alertText = await readText(alertPath);
  const [logs, metrics, traces, deploys, incidents] = await Promise.all([
    find(folder, 'logs.jsonl'),
    find(folder, 'metrics.jsonl'),
    find(folder, 'traces.jsonl'),
    find(folder, 'deploys.json'),
    find(folder, 'incidents.json'),
  ]);
  if ([logs, metrics, traces, deploys, incidents].every((file) => file === undefined)) {
    throw bundleError(
      folder,
      'holds no telemetry: logs.jsonl, metrics.jsonl or traces.jsonl, as they are or as .gz',
    );
  }
  return {
    ...incident,
    ...(alertText === undefined ? {} : { alert: parseJsonFile(alertText, alertPath) }),
    connector: createOtlpFileConnector({ ...options, logs, metrics, traces, deploys, incidents }),
  };
}

/** A file of the folder, as it is or compressed. */
async function find(folder: string, name: string): Promise<NamedFile | undefined> {
  for (const candidate of [name, `${name}.gz`]) {
    const path = join(folder, candidate);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return { name: candidate, open: () => openFile(path) };
  }
  return undefined;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw bundleError(path, 'cannot be read');
  }
}
