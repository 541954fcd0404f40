import { resolve } from 'node:path';
import type { AdmittedAnalysis, AnalyzeInput } from '@midwatch/core/incident';
import { readBundle } from '../evaluation/read-bundle.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

/** An incident of the past, put together again. */
export interface ReplaySubject {
  readonly id: string;
  readonly title: string;
  readonly nowMs: number;
  /** What it is made of: signals that the present code reads again, or the dossier as it was. */
  readonly readFrom: 'bundle' | 'signals' | 'dossier';
  readonly input: AnalyzeInput;
  /** What the evidence alone says, by the present code. */
  readonly analysis: AdmittedAnalysis;
  /** Absent where nothing was said then: a bundle holds no answer. */
  readonly before?: { readonly analysis: AdmittedAnalysis; readonly evidenceAlone: AdmittedAnalysis };
}

/** A recorded bundle, with the limits of production. */
export async function readBundledIncident(folder: string, terminal: Terminal): Promise<ReplaySubject> {
  const path = resolve(terminal.folder, folder);
  const reading = { limits: 'production', without: [], rename: undefined } as const;
  const { analysis, id, input, nowMs } = await readBundle(path, reading, terminal).catch((error: unknown) => {
    throw error instanceof UsageError ? error : new UsageError(error instanceof Error ? error.message : path);
  });
  return { id, title: input.alert.name, nowMs, readFrom: 'bundle', input, analysis };
}
