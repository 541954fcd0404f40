import type { Lease, Work, WorkQueue } from '@midwatch/core/incident';

interface HeldLease<Item extends Work> {
  readonly queue: WorkQueue<Item>;
  readonly lease: Lease;
  readonly leaseMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Works under a lease and renews it while it works. When the lease is lost, the work's signal is aborted: somebody else
 * does it now. A store that cannot be reached does not end the work; its lease may run out then.
 */
export async function withLease<Item extends Work, Result>(
  { queue, lease, leaseMs, now, signal }: HeldLease<Item>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  const beat = setInterval(() => {
    queue.extend(lease, now() + leaseMs).then(
      (isOurs) => {
        if (!isOurs) lost.abort(new Error('the lease is lost'));
      },
      () => undefined,
    );
  }, leaseMs / 3);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(beat);
  }
}
