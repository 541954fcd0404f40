import type { DeploySignal, IncidentSignal } from '@midwatch/core';
import { type Executor, targetsOf } from '@midwatch/remediation';
import type { RemediationConfig } from '../remediation-config.js';
import type { Problem } from './check-connector.js';

/** What `midwatch doctor` tells of one executor. Nothing was written, and no dry run was asked for. */
export interface ExecutorReport {
  readonly id: string;
  readonly isDryRun: boolean;
  /** Services that are switched on; every executor serves all of them. */
  readonly services: readonly string[];
  /** Objects of the service that its connector saw, each read with the credentials for writing. */
  readonly objects: readonly { readonly name: string; readonly isRead: boolean; readonly detail?: string }[];
  readonly problems: readonly Problem[];
}

interface CheckExecutors {
  readonly remediation: RemediationConfig;
  /** Of the service that was asked about. */
  readonly seen: readonly (DeploySignal | IncidentSignal)[];
  readonly deadlineMs: number;
}

const MAX_OBJECTS = 3;
/** Nothing was read at all: everything else that a plan is refused for was found by reading. */
const unread: ReadonlySet<string> = new Set(['not-read', 'no-such-object']);

/** Reads what each executor would act on, and plans nothing that is kept. Never rejects. */
export async function checkExecutors(input: CheckExecutors): Promise<readonly ExecutorReport[]> {
  const { executors, services } = input.remediation;
  const on = Object.entries(services).flatMap(([name, { isOn }]) => (isOn === true ? [name] : []));
  return Promise.all(executors.map((executor) => checkExecutor(executor, on, input)));
}

async function checkExecutor(
  executor: Executor,
  services: readonly string[],
  { deadlineMs, seen }: CheckExecutors,
): Promise<ExecutorReport> {
  const { handles, id, isDryRun } = executor;
  const deploys = seen.filter((signal) => signal.kind === 'deploys');
  const targets = targetsOf(seen.filter(({ connectorId }) => connectorId === id))
    .filter(({ kind }) => handles.includes(kind))
    .slice(0, MAX_OBJECTS);
  const objects = await Promise.all(
    targets.map(async (target) => {
      const { kind, name, namespace } = target;
      const place = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
      const wish = { kind: kind === 'application' ? 'rollback' : 'restart', target, deploys } as const;
      const problem = await whyUnread(executor, wish, deadlineMs);
      return { name: place, isRead: problem === undefined, ...(problem && { detail: problem }) };
    }),
  );
  const problems = objects
    .filter(({ isRead }) => !isRead)
    .map(({ detail = '', name }) => ({ code: 'permission' as const, message: `${name}: ${detail}` }));
  return { id, isDryRun, services, objects, problems };
}

async function whyUnread(
  executor: Executor,
  wish: Parameters<Executor['planFor']>[0],
  deadlineMs: number,
): Promise<string | undefined> {
  const call = { signal: AbortSignal.timeout(deadlineMs), deadlineAtMs: Date.now() + deadlineMs };
  try {
    const answer = await executor.planFor(wish, { ...call, fetch: (input, init) => fetch(input, init) });
    return answer.outcome === 'refused' && unread.has(answer.reason) ? answer.detail : undefined;
  } catch {
    // What was thrown may hold a secret.
    return 'it could not be read';
  }
}
