import { hashText, smoothNoise } from './random.js';

/** Demand over time as a factor of the quiet rate: straight lines between points, ascending in time. */
export type TrafficCurve = readonly { readonly atMs: number; readonly factor: number }[];

/** Demand at a moment, without noise. Before the first point and after the last the curve is flat. */
export function trafficAt(curve: TrafficCurve, atMs: number): number {
  const after = curve.findIndex((point) => point.atMs > atMs);
  const right = curve[after];
  const left = curve[after === -1 ? curve.length - 1 : after - 1];
  if (left === undefined) return right?.factor ?? 1;
  if (right === undefined) return left.factor;
  return left.factor + ((right.factor - left.factor) * (atMs - left.atMs)) / (right.atMs - left.atMs);
}

/** Factor around 1 by which real traffic strays from its curve: minutes and quarter hours, four percent at most. */
export function trafficNoise(seed: string, tick: number): number {
  const key = hashText(`${seed}/traffic`);
  return 1 + 0.015 * smoothNoise(key, tick, 4) + 0.025 * smoothNoise(key + 1, tick, 60);
}
