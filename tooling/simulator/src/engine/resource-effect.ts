import type { Pod } from './rollout.js';

/** What a fault does to the pods of one service, apart from their requests; everything by tick. */
export interface ResourceEffect {
  readonly service: string;
  /** Cores that each pod uses on top of what its traffic costs. */
  readonly extraCores?: (tick: number) => number;
  /** Share of the scheduler's periods in which each pod is held back. */
  readonly throttledShare?: (tick: number) => number;
  /** Share of the memory between the usual working set and the limit that is taken, by the pod's index. */
  readonly leakedShare?: (tick: number, podIndex: number) => number;
  /** Ticks at which a pod's container is killed for want of memory and begins anew, ascending. */
  readonly kills?: (podIndex: number) => readonly number[];
  /** First tick at which the pods answer nobody any more, scrapes included. */
  readonly silentFrom?: number;
  /** Share of its volume that is in use; a service without this has no volume. */
  readonly diskUsed?: (tick: number) => number;
}

type Amount = 'extraCores' | 'throttledShare' | 'diskUsed';

/** The sum over all effects on a service; undefined when none says anything. */
export function amountOf(
  effects: readonly ResourceEffect[],
  service: string,
  amount: Amount,
): ((tick: number) => number) | undefined {
  const own = effects.flatMap((effect) => {
    const read = effect.service === service ? effect[amount] : undefined;
    return read === undefined ? [] : [read];
  });
  return own.length === 0 ? undefined : (tick) => own.reduce((sum, read) => sum + read(tick), 0);
}

/** When a pod's container was killed, while the pod lived. */
export function killsOf(effects: readonly ResourceEffect[], pod: Pod): readonly number[] {
  return effects
    .filter(({ service }) => service === pod.service)
    .flatMap(({ kills }) => kills?.(pod.index) ?? [])
    .filter((tick) => tick > pod.fromTick && tick < pod.toTick);
}

export function silentFromOf(effects: readonly ResourceEffect[], service: string): number {
  const ticks = effects.filter((effect) => effect.service === service).map(({ silentFrom }) => silentFrom);
  return Math.min(...ticks.map((tick) => tick ?? Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
}
