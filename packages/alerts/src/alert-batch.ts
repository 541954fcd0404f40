import type { Alert } from '@midwatch/core/incident';

/** What one webhook body brought. Alerts that cannot be read do not take the others with them. */
export interface AlertBatch {
  readonly alerts: readonly Alert[];
  readonly problems: readonly AlertProblem[];
  /** Alerts that the sender left out of the body. While it is not 0, nothing may be taken as resolved by absence. */
  readonly truncatedAlerts: number;
}

export interface AlertProblem {
  /** Position in the body's list of alerts. */
  readonly index: number;
  /** What is wrong and where. */
  readonly message: string;
}

/** For senders of one alert a body; `undefined` for a body that is well and says nothing of an alert's state. */
export function batchOf(alert: Alert | undefined): AlertBatch {
  return { alerts: alert === undefined ? [] : [alert], problems: [], truncatedAlerts: 0 };
}
