import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import type { Analysis, AnalysisUsage, Analyzer } from '@midwatch/core/incident';
import { createResponder } from '@midwatch/responder';
import { openPostgresStore } from '@midwatch/store/postgres';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { parts, redactor } from '../investigation-parts.js';
import { readAlert } from '../read-alert.js';
import { createCapture } from './small-bundle.js';

/** A model of then, with a prompt of then. */
export function analyzerOfThen(answer: Analysis, usage: AnalysisUsage): Analyzer {
  return {
    ...{ name: 'claude', model: usage.model, promptVersion: '0123456789ab' },
    analyze: async () => ({ ...answer, usage }),
  };
}

interface Kept {
  readonly isRead?: boolean;
  /** Of PostgreSQL. @default a file */
  readonly databaseUrl?: string;
}

/** The incident of a bundle as the server keeps it, in a database of its own. */
export async function storeIncident(
  bundleFolder: string,
  analyzer?: Analyzer,
  { databaseUrl, isRead = true }: Kept = {},
) {
  const databaseFile = join(mkdtempSync(join(tmpdir(), 'midwatch-')), 'midwatch.db');
  const { baseline, connector, nowMs, window } = await openBundle(bundleFolder);
  const store =
    databaseUrl === undefined
      ? await openSqliteStore({ path: databaseFile })
      : await openPostgresStore({ url: databaseUrl });
  const responder = createResponder({
    parts,
    store,
    redact: redactor,
    connectors: [connector],
    plan: { window, baseline },
    collectDeadlineMs: 15_000,
    notifiers: [],
    now: () => nowMs,
    ...(analyzer === undefined ? {} : { analyzer }),
  });
  const alert = await readAlert(join(bundleFolder, 'alert.json'), createCapture(bundleFolder).terminal);
  const { incidentId } = await responder.receive(alert);
  for (let steps = 0; isRead && steps < 10 && (await responder.runStep()); steps++);
  await store.close();
  return { databaseFile, incidentId };
}
