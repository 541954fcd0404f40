import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { type BundleTruth, readTruth } from '@midwatch/connector-otlp-file/node/scoring';
import type { ConnectorV1, SignalKind } from '@midwatch/core';
import type { AdmittedAnalysis, AnalyzeInput } from '@midwatch/core/incident';
import { investigate, LOCAL_DEADLINE_MS, redactor } from '../investigation-parts.js';
import { readAlert } from '../read-alert.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { renameServices } from './rename-services.js';
import type { IncidentResult, Measurement } from './score.js';
import { withoutKind } from './without-kind.js';

export interface ReadSettings {
  readonly limits: 'production' | 'none';
  readonly without: readonly SignalKind[];
  readonly rename: number | undefined;
}

/** One bundle, read as in production, and what the evidence alone says of it. */
export interface ReadBundle {
  readonly id: string;
  readonly nowMs: number;
  readonly input: AnalyzeInput;
  readonly analysis: AdmittedAnalysis;
  readonly truth: BundleTruth | undefined;
  /** The name that a service has outside, when it was renamed. */
  readonly toShown: (service: string) => string;
  readonly measurement: Measurement;
}

/** The folder itself, or the folders in it that hold an `incident.json`. */
export async function findBundles(folder: string): Promise<readonly string[]> {
  if (existsSync(join(folder, 'incident.json'))) return [folder];
  const names = await readdir(folder).catch(() => {
    throw new UsageError(`${folder}: no such folder; give one that holds incident bundles`);
  });
  const bundles = names.sort().map((name) => join(folder, name));
  const found = bundles.filter((bundle) => existsSync(join(bundle, 'incident.json')));
  if (found.length === 0)
    throw new UsageError(`${folder}: no incident bundle in it (a folder with an incident.json)`);
  return found;
}

/** Plan, collect, reduce and format with the limits of production. Only the truth is read besides, which nothing else sees. */
export async function readBundle(
  folder: string,
  settings: ReadSettings,
  terminal: Terminal,
): Promise<ReadBundle> {
  const bundle = await openBundle(folder);
  const { id, nowMs, window, baseline } = bundle;
  let alert = await readAlert(join(folder, 'alert.json'), terminal);
  let connectors: readonly ConnectorV1[] = [bundle.connector];
  for (const kind of settings.without) connectors = withoutKind(connectors, kind);
  let toShown = (service: string) => service;
  if (settings.rename !== undefined) {
    const renaming = await renameServices(connectors, alert, [window, baseline], settings.rename);
    ({ alert, connectors } = renaming);
    toShown = renaming.toOld;
  }
  const investigation = await investigate({
    alert,
    connectors,
    nowMs,
    redact: redactor,
    plan: { window, baseline, limits: settings.limits },
    collectDeadlineMs: settings.limits === 'none' ? 120_000 : LOCAL_DEADLINE_MS,
  });
  const { alert: redacted, analysis, dossier, evidence, timings } = investigation;
  const { collectMs, reduceMs, formatMs } = timings;
  return {
    id,
    nowMs,
    input: { alert: redacted, evidence, dossier },
    analysis,
    truth: existsSync(join(folder, 'truth.json')) ? await readTruth(folder) : undefined,
    toShown,
    measurement: { dossierTokens: dossier.estimatedTokens, collectMs, reduceMs, formatMs },
  };
}

/** An answer against the truth: the services that it names, in its order, then the other suspects of the evidence in theirs. */
export function toResult(bundle: ReadBundle, analysis: AdmittedAnalysis): IncidentResult {
  const { id, input, toShown, truth } = bundle;
  const named = [...analysis.hypotheses, ...input.evidence.suspects].map(({ service }) => toShown(service));
  const suspects = [...new Set(named)];
  const place = truth === undefined ? -1 : suspects.indexOf(truth.service);
  const { verdict, confidence } = analysis;
  return {
    id,
    suspects,
    verdict,
    confidence,
    correct: truth === undefined ? null : place === 0,
    rank: place === -1 ? null : place + 1,
    ...(truth !== undefined && {
      truth: { service: truth.service, ...(typeof truth['fault'] === 'string' && { fault: truth['fault'] }) },
    }),
  };
}
