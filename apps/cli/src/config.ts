import { type GenericMapping, genericMappingSchema } from '@midwatch/alerts';
import type { ConnectorV1, ServiceIdentity } from '@midwatch/core';
import type { Notifier } from '@midwatch/core/incident';
import * as z from 'zod';

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
  aliases: z.record(z.string(), z.string().nullable()).optional(),
  namespace: z.string().optional(),
  repository: z.string().optional(),
  argocdApp: z.string().optional(),
  team: z.string().optional(),
  channel: z.string().optional(),
  runbookUrl: z.url().optional(),
  tier: z.string().optional(),
});

/** Strict: a misspelt key is an error, because a source that is silently left out is found at 3 AM. */
export const configSchema = z.strictObject({
  connectors: z.array(connectorSchema).min(1, 'is empty: there is nothing to read'),
  services: z.array(serviceSchema).optional(),
  notifiers: z.array(notifierSchema).optional(),
  genericWebhook: genericMappingSchema.optional(),
});

/** What `midwatch.config.ts` exports as its default. */
export interface MidwatchConfig {
  /** The sources to read. Ids must differ. */
  readonly connectors: readonly ConnectorV1[];
  /** One entry for each service that some backend knows under another name. */
  readonly services?: readonly ServiceIdentity[];
  /** Where the server brings briefs, besides what the environment names. Ids must differ. */
  readonly notifiers?: readonly Notifier[];
  /** How the server reads the bodies of `POST /webhooks/generic`. */
  readonly genericWebhook?: GenericMapping;
}

/** Types the configuration where it is written; it is checked when it is read. */
export function defineConfig(config: MidwatchConfig): MidwatchConfig {
  return config;
}
