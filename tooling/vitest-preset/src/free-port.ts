import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that Linux lends by itself (32768 on): between being found and being used nobody gets it by accident. */
const [LOWEST, LIMIT] = [12_000, 32_768];
const TRIES = 50;

/** A port of this machine that nobody listens on, for a program that has to be told one. */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST, LIMIT);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${TRIES} ports from ${LOWEST} to ${LIMIT} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
