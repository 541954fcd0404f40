import { ConnectorError, connectorErrorCodes } from '../connector/connector-error.js';
import type {
  SignalBatchV1,
  SignalQuery,
  SignalQueryByKind,
  SignalSourceV1,
} from '../connector/v1/connector.js';
import type { SignalKind } from '../connector/v1/signal.js';
import type { CollectionRun } from './collection-run.js';
import type { FetchLease } from './limited-fetch.js';

/**
 * Calls a connector once. Rejects with a `ConnectorError` whatever the connector throws, and with `timeout` at the cut even when it
 * never settles; afterwards its signal is aborted and its fetch refuses.
 */
export async function askConnector<K extends SignalKind>(
  source: SignalSourceV1<K>,
  query: SignalQueryByKind[K],
  connectorId: string,
  lease: FetchLease,
  run: CollectionRun,
): Promise<SignalBatchV1<K>> {
  const controller = new AbortController();
  const { cutSignal, connectorDeadlineAtMs: deadlineAtMs } = run;
  const timeout = () =>
    new ConnectorError({ code: 'timeout', connectorId, message: 'no answer before the deadline' });
  let onCut: (() => void) | undefined;
  try {
    if (cutSignal.aborted) throw timeout();
    const cut = new Promise<never>((_, reject) => {
      onCut = () => reject(timeout());
      cutSignal.addEventListener('abort', onCut, { once: true });
    });
    const call = { signal: controller.signal, deadlineAtMs, fetch: lease.fetch };
    // A copy, because a connector may write into what it is given.
    const answer = Promise.resolve().then(() => source.doQuery(copyPlain(query), call));
    return await Promise.race([cut, answer]);
  } catch (error) {
    throw toConnectorError(error, connectorId);
  } finally {
    if (onCut !== undefined) cutSignal.removeEventListener('abort', onCut);
    controller.abort();
    lease.close();
  }
}

const codes: ReadonlySet<string> = new Set(connectorErrorCodes);

/** Nothing that was thrown is shown but the message of a true `ConnectorError`: any other may hold a secret. */
function toConnectorError(error: unknown, connectorId: string): ConnectorError {
  if (isSound(error)) return error;
  const what = error instanceof Error ? 'an error that is no ConnectorError' : `a ${typeof error}`;
  return new ConnectorError({ code: 'bad-response', connectorId, message: `the connector threw ${what}` });
}

function isSound(error: unknown): error is ConnectorError {
  try {
    return ConnectorError.is(error) && codes.has(error.code) && typeof error.message === 'string';
  } catch {
    return false;
  }
}

/** Copies plain data; what is no plain data (in `native`) is shared. */
function copyPlain<T extends SignalQuery>(query: T): T {
  return copyValue(query) as T;
}

function copyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyValue);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyValue(part)]));
}
