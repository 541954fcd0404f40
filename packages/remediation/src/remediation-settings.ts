import * as z from 'zod';
import type { FreezeWindow, ServiceSettings } from './gates/gate-input.js';
import { actionKinds } from './plan.js';

/** What people decide about actions. Without an entry of its own nothing is done to a service. */
export interface RemediationSettings {
  /** By the service's name, as alerts and briefs have it. */
  readonly services: Readonly<Record<string, ServiceSettings>>;
  /** @default none */
  readonly freezeWindows?: readonly FreezeWindow[];
  /** How long a proposal can be approved and carried out, 1 minute to 24 hours. @default 15 minutes */
  readonly proposalLifetimeMs?: number;
}

const MINUTE_MS = 60_000;
export const DEFAULT_LIFETIME_MS = 15 * MINUTE_MS;

const serviceSchema: z.ZodType<ServiceSettings> = z.strictObject({
  isOn: z.boolean().optional(),
  safeActions: z.array(z.enum(actionKinds).exclude(['scale-back'])).optional(),
  maxActionsPerDay: z.number().int().min(1).max(100).optional(),
  isAutomatic: z.boolean().optional(),
  undoesByItself: z.boolean().optional(),
  approverRoles: z.array(z.string().min(1)).optional(),
}) as z.ZodType<ServiceSettings>;

const windowSchema: z.ZodType<FreezeWindow> = z
  .strictObject({ startMs: z.number(), endMs: z.number(), reason: z.string().min(1).max(200) })
  .refine(({ startMs, endMs }) => startMs < endMs, 'a freeze window must end after it begins');

/** Checks settings; a key that does not exist is an error. */
export const remediationSettingsSchema: z.ZodType<RemediationSettings> = z.strictObject({
  services: z.record(z.string().min(1), serviceSchema),
  freezeWindows: z.array(windowSchema).max(1_000).optional(),
  proposalLifetimeMs: z
    .number()
    .int()
    .min(MINUTE_MS)
    .max(24 * 60 * MINUTE_MS)
    .optional(),
}) as z.ZodType<RemediationSettings>;

/** By name only: what every object has by itself is no service. */
export function settingsOf(
  services: RemediationSettings['services'],
  service: string,
): ServiceSettings | undefined {
  return Object.hasOwn(services, service) ? services[service] : undefined;
}
