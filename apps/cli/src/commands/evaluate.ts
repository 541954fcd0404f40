import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { readTruth } from '@midwatch/connector-otlp-file/node/scoring';
import { type ConnectorV1, type SignalKind, signalKinds } from '@midwatch/core';
import type { Investigation } from '@midwatch/responder';
import { parseCommandLine, parseWholeNumber } from '../command-line.js';
import { sayConfusions } from '../evaluation/confusions.js';
import { renameServices } from '../evaluation/rename-services.js';
import { type IncidentResult, type Measurement, scoreIncidents } from '../evaluation/score.js';
import { withoutKind } from '../evaluation/without-kind.js';
import { investigate, LOCAL_DEADLINE_MS, redactor } from '../investigation-parts.js';
import { readAlert } from '../read-alert.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const options = {
  analyzer: { type: 'string', default: 'evidence' },
  limits: { type: 'string', default: 'production' },
  without: { type: 'string', multiple: true, default: [] as string[] },
  rename: { type: 'string' },
  json: { type: 'boolean' },
} as const;

interface Settings {
  readonly limits: 'production' | 'none';
  readonly without: readonly SignalKind[];
  readonly rename: number | undefined;
}

/** Every bundle of a folder through the same `plan` and `collectSignals` as in production, scored against its truth. */
export const evaluateCommand: Command = async (args, terminal) => {
  const { values, positionals } = parseCommandLine(args, options, ['DIR']);
  if (values.analyzer !== 'evidence')
    throw new UsageError(`--analyzer takes \`evidence\`, got \`${values.analyzer}\``, 2);
  const settings: Settings = {
    limits: oneOf(values.limits, ['production', 'none'] as const, 'limits'),
    without: values.without.map((kind) => oneOf(kind, signalKinds, 'without')),
    rename: parseWholeNumber(values.rename, 'rename'),
  };
  const results: IncidentResult[] = [];
  const measurements: Measurement[] = [];
  for (const folder of await findBundles(resolve(terminal.folder, positionals[0] ?? ''))) {
    const { result, measurement } = await evaluateBundle(folder, settings, terminal);
    results.push(result);
    measurements.push(measurement);
    if (values.json !== true) {
      const mark = result.correct === null ? '?' : result.correct ? '+' : 'x';
      const suspects = result.suspects.slice(0, 3).join(', ');
      terminal.stderr.write(`  ${mark} ${result.id}  ${result.verdict} ${result.confidence}  ${suspects}\n`);
    }
  }
  const report = scoreIncidents(results, measurements);
  if (values.json === true) terminal.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const { incidents, top1, top3, top5, answered, high } = report;
    terminal.stdout.write(
      `${incidents} incidents: top-1 ${top1}, top-3 ${top3}, top-5 ${top5}, answered ${answered}, ` +
        `HIGH ${high.count} of which ${high.correct} right\n${sayConfusions(report.confusions, report.faults)}`,
    );
  }
};

function oneOf<T extends string>(value: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new UsageError(`--${option} takes ${allowed.join(' or ')}, got \`${value}\``, 2);
  return found;
}

/** The folder itself, or the folders in it that hold an `incident.json`. */
async function findBundles(folder: string): Promise<readonly string[]> {
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

async function evaluateBundle(folder: string, settings: Settings, terminal: Terminal) {
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
  const suspects = suspectServices(investigation).map(toShown);
  const truth = existsSync(join(folder, 'truth.json')) ? await readTruth(folder) : undefined;
  const place = truth === undefined ? -1 : suspects.indexOf(truth.service);
  const { verdict, confidence } = investigation.analysis;
  const result: IncidentResult = {
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
  const { collectMs, reduceMs, formatMs } = investigation.timings;
  return {
    result,
    measurement: { dossierTokens: investigation.dossier.estimatedTokens, collectMs, reduceMs, formatMs },
  };
}

/** The services that the answer names, in its order, then the other suspects in theirs. */
function suspectServices({ analysis, evidence }: Investigation): readonly string[] {
  return [...new Set([...analysis.hypotheses, ...evidence.suspects].map(({ service }) => service))];
}
