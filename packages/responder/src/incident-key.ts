import type { Alert } from '@midwatch/core/incident';
import { sha256 } from './sha256.js';

/** What one alert belongs to: alerts with equal group keys within the window share an incident. */
export interface IncidentKey {
  /** Of the incident that this alert opens when it joins none: `inc-20261123-3f9a1c0b2d`. The same alert gives the same. */
  readonly incidentId: string;
  readonly groupKey: string;
  /** Of this one firing of the alert: for keys of steps. */
  readonly alertKey: string;
}

/** An incident is one service in one place. An alert that names no service stands for itself. */
export function toIncidentKey(alert: Alert): IncidentKey {
  const { environment = '', cluster = '', namespace = '', service } = alert.target;
  const subject = service === undefined ? `alert ${alert.name}` : `service ${service}`;
  const digest = sha256(
    new TextEncoder().encode(JSON.stringify([alert.source, alert.fingerprint, alert.startsAtMs])),
  );
  const alertKey = Array.from(digest.subarray(0, 5), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const day = new Date(alert.startsAtMs).toISOString().slice(0, 10).replaceAll('-', '');
  return {
    incidentId: `inc-${day}-${alertKey}`,
    groupKey: JSON.stringify([environment, cluster, namespace, subject]),
    alertKey,
  };
}
