import { resolve } from 'node:path';
import type { BriefSettings } from '@midwatch/brief';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import type { ConnectorV1, PlanSettings, ServiceIdentity } from '@midwatch/core';
import { readBriefSettings } from './brief-settings.js';
import { LOCAL_DEADLINE_MS } from './investigation-parts.js';
import { loadConfig } from './load-config.js';
import type { RemediationConfig } from './remediation-config.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/** What a command reads from: a recorded bundle in its own time, or the configured sources now. */
export interface OpenedSources {
  readonly connectors: readonly ConnectorV1[];
  readonly services: readonly ServiceIdentity[];
  readonly nowMs: number;
  readonly plan: PlanSettings;
  /** @default none */
  readonly brief?: BriefSettings;
  /** @default actions are off */
  readonly remediation?: RemediationConfig;
  /** For telemetry of this machine. @default that of production */
  readonly collectDeadlineMs?: number;
}

interface SourceOptions {
  readonly bundle?: string | undefined;
  readonly config?: string | undefined;
}

/** A command line that makes no sense is refused before any file is looked at. */
export function requireOneSource({ bundle, config }: SourceOptions): void {
  if (bundle !== undefined && config !== undefined)
    throw new UsageError('--bundle and --config name different sources; give one of them', 2);
}

/** `--bundle DIR`, else `--config FILE`, else the configuration of this folder. */
export async function openSources(given: SourceOptions, terminal: Terminal): Promise<OpenedSources> {
  requireOneSource(given);
  if (given.bundle !== undefined) {
    const { connector, nowMs, window, baseline } = await openBundle(resolve(terminal.folder, given.bundle));
    const plan = { window, baseline };
    return {
      ...{ connectors: [connector], services: [], nowMs, plan },
      collectDeadlineMs: LOCAL_DEADLINE_MS,
    };
  }
  const config = await loadConfig(given.config, terminal.folder);
  const { connectors, remediation, services = [] } = config;
  const brief = await readBriefSettings(config);
  const opened = { connectors, services, nowMs: Date.now(), plan: { services }, brief };
  return remediation === undefined ? opened : { ...opened, remediation };
}
