import { killsOf, type ResourceEffect, silentFromOf } from '../engine/resource-effect.js';
import type { World } from '../engine/world.js';
import type { Series } from './series.js';

const CUMULATIVE = /_(?:total|bucket|count|sum)$/;

/** Adds to series what befalls the pods they come from: counters that begin anew, and scrapes that nobody answers. */
export function withAccidents(world: World, all: readonly Series[]): readonly Series[] {
  const effects = world.story.resources ?? [];
  if (effects.every(({ kills, silentFrom }) => kills === undefined && silentFrom === undefined)) return all;
  const pods = new Map(world.pods.map((pod) => [pod.name, pod]));
  return all.map((series) => {
    const pod = pods.get(series.labels.get('pod') ?? '');
    const job = series.labels.get('job') ?? '';
    if (pod === undefined || job === 'kube-state-metrics') return series;
    if (job === pod.service) return silenced(restarted(series, killsOf(effects, pod)), effects, pod.service);
    return restarted(series, killsOf(effects, pod));
  });
}

function restarted(series: Series, kills: readonly number[]): Series {
  if (kills.length === 0 || !CUMULATIVE.test(series.name)) return series;
  const { valueAt } = series;
  const since = (tick: number): number => {
    const last = kills.findLast((kill) => kill <= tick);
    return last === undefined ? valueAt(tick) : valueAt(tick) - valueAt(last);
  };
  return { ...series, resets: kills, valueAt: since };
}

function silenced(series: Series, effects: readonly ResourceEffect[], service: string): Series {
  const from = silentFromOf(effects, service);
  if (series.name === 'up') return { ...series, valueAt: (tick) => (tick >= from ? 0 : 1) };
  return { ...series, toTick: Math.min(series.toTick, from) };
}
