import { type GenericMapping, genericMappingSchema } from '@midwatch/alerts';
import type { RunbookFolder } from '@midwatch/brief/node';
import type { ConnectorV1, ServiceIdentity } from '@midwatch/core';
import type { Notifier } from '@midwatch/core/incident';
import { type GivenRules, rulesSchema } from '@midwatch/responder';
import * as z from 'zod';
import { type RemediationConfig, remediationSchema } from './remediation-config.js';

const connectorSchema = z.custom<ConnectorV1>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'specVersion' in value &&
    'sources' in value &&
    'id' in value,
  'is not a connector: put what a `create...Connector()` gives here',
);

const notifierSchema = z.custom<Notifier>(
  (value) => typeof value === 'object' && value !== null && 'notify' in value && 'id' in value,
  'is not a notifier: put what a `create...Notifier()` gives here',
);

const serviceSchema = z.strictObject({
  name: z.string().min(1),
  aliases: z.record(z.string(), z.string().min(1).nullable()).optional(),
  namespace: z.string().optional(),
  repository: z.string().optional(),
  argocdApp: z.string().min(1).optional(),
  team: z.string().optional(),
  channel: z.string().optional(),
  runbookUrl: z.url().optional(),
  tier: z.string().optional(),
});

type Service = z.infer<typeof serviceSchema>;

/** What would have one service answer for another: said where it is written, and not found out at 3 AM. */
const servicesSchema = z.array(serviceSchema).superRefine((services, context) => {
  const report = (index: number, key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [index, key], message });
  const names = new Set<string>();
  const applications = new Set<string>();
  const byAlias = new Map<string, Service[]>();
  for (const [index, service] of services.entries()) {
    const { name, aliases = {}, argocdApp } = service;
    if (names.has(name)) report(index, 'name', `\`${name}\` is there twice; names must differ`);
    names.add(name);
    if (argocdApp !== undefined && applications.has(argocdApp))
      report(index, 'argocdApp', `\`${argocdApp}\` is that of another service, too`);
    if (argocdApp !== undefined) applications.add(argocdApp);
    for (const [id, alias] of Object.entries(aliases)) {
      if (alias === null) continue;
      const key = JSON.stringify([id, alias]);
      const same = byAlias.get(key) ?? [];
      byAlias.set(key, [...same, service]);
      if (same.some((other) => !areApart(other, service)))
        report(
          index,
          'aliases',
          `\`${alias}\` at \`${id}\` is another service's; give both their \`namespace\``,
        );
    }
  }
});

/** One name for two services is read by the namespace. */
function areApart(one: Service, other: Service): boolean {
  return one.namespace !== undefined && other.namespace !== undefined && one.namespace !== other.namespace;
}

/** Strict: a misspelt key is an error, because a source that is silently left out is found at 3 AM. */
export const configSchema = z.strictObject({
  connectors: z.array(connectorSchema).min(1, 'is empty: there is nothing to read'),
  services: servicesSchema.optional(),
  notifiers: z.array(notifierSchema).optional(),
  genericWebhook: genericMappingSchema.optional(),
  rules: rulesSchema.optional(),
  linkHosts: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z0-9.-]+$/, 'is a host without scheme, port or path, such as wiki.example.com'),
    )
    .optional(),
  runbooks: z
    .strictObject({
      folder: z.string().min(1),
      webUrl: z.url({ protocol: /^https?$/ }).optional(),
    })
    .optional(),
  remediation: remediationSchema.optional(),
});

/** What `midwatch.config.ts` exports as its default. */
export interface MidwatchConfig {
  /** The sources to read. Ids must differ. */
  readonly connectors: readonly ConnectorV1[];
  /** One entry for each service that some backend knows under another name, where that is not learned: see `docs/services.md`. */
  readonly services?: readonly ServiceIdentity[];
  /** Where the server brings briefs, besides what the environment names. Ids must differ. */
  readonly notifiers?: readonly Notifier[];
  /** How the server reads the bodies of `POST /webhooks/generic`. */
  readonly genericWebhook?: GenericMapping;
  /** When the server groups alerts, looks again, and calls nobody: see `docs/life-cycle.md`. */
  readonly rules?: GivenRules;
  /**
   * Hosts of runbooks and pull requests that links in briefs may lead to. Those of `services` and `runbooks`, and of the pages that
   * connectors link to, need not stand here.
   */
  readonly linkHosts?: readonly string[];
  /** Markdown files, relative to this file; `webUrl` is where the same folder is published. */
  readonly runbooks?: RunbookFolder;
  /** What Midwatch may do itself. Without it nothing can be done, and briefs recommend: see `docs/remediation.md`. */
  readonly remediation?: RemediationConfig;
}

/** Types the configuration where it is written; it is checked when it is read. */
export function defineConfig(config: MidwatchConfig): MidwatchConfig {
  return config;
}
