import type { Store } from '@midwatch/core/incident';

/** Who has stopped all questions to models and all actions, when, and why. */
export interface Stopped {
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
}

type Controls = Pick<Store, 'controls'>;

const CONTROL = 'stopped';
const MAX_NAME_LENGTH = 100;
const MAX_REASON_LENGTH = 500;
/** A store that takes longer does not answer. */
const READ_DEADLINE_MS = 2_000;
const POLL_MS = 1_000;

/** Who wants it, and why; both for people. */
export interface StopRequest {
  readonly by: string;
  readonly reason: string;
  readonly nowMs: number;
}

/** Stops all questions to models and all actions, in every replica. Who has stopped them already stays named. */
export async function stop({ controls }: Controls, request: StopRequest): Promise<Stopped> {
  const before = await readStopped({ controls });
  if (before !== undefined) return before;
  const { by, reason, nowMs } = request;
  const stopped = {
    by: shorten(by, MAX_NAME_LENGTH),
    atMs: nowMs,
    reason: shorten(reason, MAX_REASON_LENGTH),
  };
  await controls.set(CONTROL, stopped, nowMs, {
    actor: stopped.by,
    action: 'stopped',
    detail: { reason: stopped.reason },
  });
  return stopped;
}

/** Allows them again, and gives what stood before. What was not asked meanwhile is not made up for. */
export async function resume({ controls }: Controls, request: StopRequest): Promise<Stopped | undefined> {
  const before = await readStopped({ controls });
  if (before === undefined) return undefined;
  const reason = shorten(request.reason, MAX_REASON_LENGTH);
  await controls.set(CONTROL, null, request.nowMs, {
    actor: shorten(request.by, MAX_NAME_LENGTH),
    action: 'resumed',
    detail: { reason, stoppedBy: before.by, stoppedAtMs: before.atMs },
  });
  return before;
}

/** `undefined` while nothing is stopped. Rejects when the store does: whoever is about to act asks `whyStopped()`. */
export async function readStopped({ controls }: Controls): Promise<Stopped | undefined> {
  return toStopped(await controls.get(CONTROL));
}

/** What the control holds. A value that is not known, such as that of a newer version, is a stop. */
export function toStopped(
  control: { readonly value: unknown; readonly setAtMs: number } | undefined,
): Stopped | undefined {
  if (control === undefined || control.value === null) return undefined;
  const { by, atMs, reason } = control.value as Partial<Record<keyof Stopped, unknown>>;
  return {
    by: typeof by === 'string' ? by : 'somebody',
    atMs: typeof atMs === 'number' ? atMs : control.setAtMs,
    reason: typeof reason === 'string' ? reason : 'the reason cannot be read',
  };
}

/** `models are stopped by ada since 2026-11-23 03:12 UTC: cost` */
export function describeStopped(
  { atMs, by, reason }: Stopped,
  what: 'models' | 'actions' | 'models and actions' = 'models and actions',
): string {
  const since = new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
  return `${what} are stopped by ${by} since ${since} UTC: ${reason}`;
}

/**
 * For whoever is about to ask a model or to act: why they must not, or `undefined`. Never rejects: a store that does not answer
 * within two seconds is a reason.
 */
export async function whyStopped(store: Controls, what: 'models' | 'actions'): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), READ_DEADLINE_MS);
  });
  try {
    const stopped = await Promise.race([readStopped(store), late]);
    return stopped && describeStopped(stopped, what);
  } catch {
    return `the store does not tell whether ${what} are stopped`;
  } finally {
    clearTimeout(timer);
  }
}

export interface StopWatch {
  /** Aborted, with the reason as its error's message, within about two seconds of a stop. */
  readonly signal: AbortSignal;
  end(): void;
}

/**
 * Looks every second whether somebody stops what is under way. A store that does not answer ends nothing here: what was begun has
 * a deadline of its own.
 */
export function watchStopped(store: Controls): StopWatch {
  const stopping = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasEnded = false;
  const look = async () => {
    const stopped = await readStopped(store).catch(() => undefined);
    if (hasEnded) return;
    if (stopped === undefined) lookLater();
    else stopping.abort(new Error(describeStopped(stopped, 'models')));
  };
  function lookLater(): void {
    timer = setTimeout(() => void look(), POLL_MS);
  }
  lookLater();
  return {
    signal: stopping.signal,
    end() {
      hasEnded = true;
      clearTimeout(timer);
    },
  };
}

/** One line, for headlines and notes. */
function shorten(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}
