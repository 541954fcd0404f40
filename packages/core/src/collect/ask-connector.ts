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

/** No message is shown but that of a true `ConnectorError`: any other may hold a secret. Its class and the line hold none. */
function toConnectorError(error: unknown, connectorId: string): ConnectorError {
  if (isSound(error)) return error;
  const message = `the connector threw ${describeForeign(error)}`;
  return new ConnectorError({ code: 'bad-response', connectorId, message });
}

function describeForeign(error: unknown): string {
  if (!(error instanceof Error)) return `a ${typeof error}`;
  try {
    const { name } = error;
    const what = /^[A-Z][A-Za-z]{0,50}$/.test(name) ? `a ${name}` : 'an error';
    const place = thrownAt(error);
    return `${what} that is no ConnectorError${place === undefined ? '' : `, at ${place}`}`;
  } catch {
    return 'an error that cannot be read';
  }
}

/** `audit-source.ts:42:7` of the first frame; nothing where the stack does not begin with the message, which goes first. */
function thrownAt(error: Error): string | undefined {
  const { stack } = error;
  const head = String(error);
  if (stack === undefined || !stack.startsWith(`${head}\n`)) return undefined;
  const frame = stack.slice(head.length + 1, head.length + 1000).split('\n', 1)[0] ?? '';
  return /^\s+at .*?([\w.-]{1,80}\.[cm]?[jt]s:\d+:\d+)\)?$/.exec(frame)?.[1];
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
