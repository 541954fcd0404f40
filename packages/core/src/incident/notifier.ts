import type { Alert } from './alert.js';
import type { Brief } from './brief.js';

/** Where a brief stands. Texts only: Slack's `ts` as a number would lose its last digits. */
export interface MessageReference {
  readonly notifierId: string;
  /** A Slack channel's id, a host: for people and for the notifier that gave it. */
  readonly channel: string;
  /** Slack's `ts`, a webhook's id. */
  readonly messageId: string;
  /** Whether `previous` edits the message in place. `false`: each delivery stands as a message of its own. */
  readonly editable: boolean;
  /** A second message below the first, which holds the details and is edited with it: a reply in Slack's thread. */
  readonly detailsId?: string;
  /** A picture below the message, by its file's id in Slack; `none` where there will be none. */
  readonly pictureId?: string;
}

/** An alert as its source knows it. */
export type AlertReference = Pick<Alert, 'source' | 'fingerprint'>;

/** One brief to deliver. */
export interface Notification {
  /** The same for every brief of one incident. */
  readonly incidentId: string;
  /** The same for every attempt to deliver this brief, another one for the next brief. */
  readonly deliveryId: string;
  readonly brief: Brief;
  /** Clock times are told against it. */
  readonly nowMs: number;
  /** When the incident was opened, epoch milliseconds: nobody needs to look for an older message of it. */
  readonly openedAtMs?: number;
  /** The alerts behind the incident, the first 20: for a notifier that answers where they came from. */
  readonly alerts?: readonly AlertReference[];
  /** The message to edit; absent: a new one. */
  readonly previous?: MessageReference;
  /** An earlier attempt may have arrived (`NotifierError.mayHaveArrived`, or a crash): look before sending again. */
  readonly mayHaveArrived?: boolean;
}

export interface NotifyCall {
  /** Aborted when the caller gave up: rejects with `aborted`. */
  readonly signal: AbortSignal;
  /** Wall clock, epoch milliseconds. */
  readonly deadlineAtMs: number;
}

/** Brings a brief to people, or to another machine. */
export interface Notifier {
  readonly id: string;
  /** Tries once: the durable step retries, after `retryAfterMs` when it is told. Rejects only with a `NotifierError`. */
  notify(notification: Notification, call: NotifyCall): Promise<{ readonly reference: MessageReference }>;
}

/**
 * Why a brief was not delivered. `config`: option, channel or permission; `bad-message`: the receiver refused the content;
 * `not-editable`: the message to edit is gone or closed, so deliver again without `previous`; the others as for connectors.
 */
export const notifierErrorCodes = [
  'config',
  'auth',
  'bad-message',
  'not-editable',
  'rate-limited',
  'unreachable',
  'unavailable',
  'timeout',
  'aborted',
  'bad-response',
] as const;
export type NotifierErrorCode = (typeof notifierErrorCodes)[number];

const retryableCodes: ReadonlySet<NotifierErrorCode> = new Set([
  'rate-limited',
  'unreachable',
  'unavailable',
  'timeout',
  'bad-response',
]);
const unknownOutcomeCodes: ReadonlySet<NotifierErrorCode> = new Set([
  'unreachable',
  'unavailable',
  'timeout',
  'aborted',
  'bad-response',
]);

const marker = Symbol.for('midwatch.NotifierError');

interface NotifierErrorOptions {
  readonly code: NotifierErrorCode;
  readonly notifierId: string;
  /** The notifier's own words: never the body, headers, a token or a secret address. */
  readonly message: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The one error of a notifier. Reads `[slack] config: channel_not_found for /chat.postMessage`. */
export class NotifierError extends Error {
  override readonly name = 'NotifierError';
  readonly code: NotifierErrorCode;
  readonly notifierId: string;
  readonly status?: number;
  readonly retryAfterMs?: number;

  constructor(options: NotifierErrorOptions) {
    super(`[${options.notifierId}] ${options.code}: ${options.message}`);
    this.code = options.code;
    this.notifierId = options.notifierId;
    if (options.status !== undefined) this.status = options.status;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Whether the same delivery may succeed later. */
  get retryable(): boolean {
    return retryableCodes.has(this.code);
  }

  /** Whether the message may stand all the same: the next attempt says so by `mayHaveArrived`. */
  get mayHaveArrived(): boolean {
    return unknownOutcomeCodes.has(this.code);
  }

  /** True across copies of this package, where `instanceof` is not. */
  static is(error: unknown): error is NotifierError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
