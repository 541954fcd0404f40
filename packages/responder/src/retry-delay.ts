const FIRST_MS = 1_000;
const MAX_MS = 60_000;

/** Doubles from a second to a minute, and differs by half, so that many do not come back at once. */
export function backoffMs(attempts: number): number {
  const fullMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 10));
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return Math.round(fullMs * (0.5 + random / 2 ** 33));
}
