/** How much may be spent on models, in US dollars. A day is one of UTC. */
export interface Budgets {
  readonly perIncidentUsd: number;
  /** Of one service in one day; alerts that name no service share one. */
  readonly perServiceAndDayUsd: number;
  readonly perDayUsd: number;
}
export type BudgetName = 'incident' | 'service' | 'day';

/** What was spent on models, in US dollars, kept to a billionth. */
export interface SpendingStore {
  /**
   * Sets the most that one question may cost aside, unless that passes a budget, which is named then. In one transaction: two
   * cannot both take the last of it. The same key again replaces what it had.
   */
  reserve(request: SpendingRequest): Promise<'reserved' | BudgetName>;
  /** What the question came to in truth. A key that is not known changes nothing. */
  settle(key: string, usd: number): Promise<void>;
  /** Of the day that `nowMs` is in, what is set aside included. */
  sumOfDay(nowMs: number): Promise<DaySpending>;
}

export interface SpendingRequest {
  readonly key: string;
  readonly incidentId: string;
  readonly service?: string;
  readonly usd: number;
  readonly nowMs: number;
  readonly budgets: Budgets;
  /**
   * Of a shadow: it counts for the day, and apart from the questions of its incident and service. Shadows of one incident share its
   * `perIncidentUsd`, those of all services one `perServiceAndDayUsd`, listed as the service `(shadow)`.
   */
  readonly isShadow?: boolean;
}

export interface DaySpending {
  readonly usd: number;
  /** The dearest 20, the dearest first. */
  readonly services: readonly { readonly service?: string; readonly usd: number }[];
}
