import { ConnectorError, type ConnectorErrorCode, type SignalKind } from '@midwatch/core';
import type { ConformanceFault } from './conformance-fault.js';
import type { ConformanceOptions } from './subject.js';

/** One rule of the contract. Its id is stable API: `skip` and reports name it. */
export interface ConformanceCheck {
  readonly id: string;
  /** What is promised, as a sentence. */
  readonly promise: string;
  /** `http`: only for connectors that speak HTTP; `transport`: for those that read streams, too. */
  readonly needs: 'any' | 'http' | 'transport';
  /** The fault whose row of the table it belongs to. */
  readonly fault?: ConformanceFault;
  /** Why it cannot apply to a connector that reads streams. */
  readonly notForStreams?: string;
  /** Asked once, or once for every kind the connector has. */
  readonly per: 'connector' | 'kind';
  readonly run: (options: ConformanceOptions, kind: SignalKind) => Promise<void>;
}

/** A broken promise; the message says what was seen. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
}

export function expectThat(condition: boolean, seen: string): asserts condition {
  if (!condition) throw new ConformanceFailure(seen);
}

export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

export async function settle<T>(promise: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** Fails when `promise` has not settled in time: a connector must not outlive its caller. */
export async function settleWithin<T>(promise: Promise<T>, timeoutMs: number): Promise<Outcome<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Outcome<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ error: new ConformanceFailure(`not settled after ${timeoutMs} ms`) });
    }, timeoutMs);
  });
  try {
    return await Promise.race([settle(promise), late]);
  } finally {
    clearTimeout(timer);
  }
}

export function expectConnectorError(
  outcome: Outcome<unknown>,
  codes: readonly ConnectorErrorCode[],
): ConnectorError {
  expectThat('error' in outcome, `resolved, expected a ConnectorError ${codes.join(' or ')}`);
  const { error } = outcome;
  if (error instanceof ConformanceFailure) throw error;
  expectThat(ConnectorError.is(error), `rejected with ${describe(error)}, expected a ConnectorError`);
  expectThat(
    codes.includes(error.code),
    `code ${error.code} (${error.message}), expected ${codes.join(' or ')}`,
  );
  return error;
}

export function expectValue<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value;
  if (outcome.error instanceof ConformanceFailure) throw outcome.error;
  throw new ConformanceFailure(`rejected with ${describe(outcome.error)}`);
}

export function describe(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : `${typeof value} ${String(value)}`;
}
