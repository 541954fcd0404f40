import { describe, expect, it } from 'vitest';
import type { Responder } from './responder.js';
import { runWork } from './run-work.js';

/** A responder with so many steps due; each ends when it is told to, or when it is cut. */
function createStub(steps: number) {
  const log: string[] = [];
  let left = steps;
  const running: (() => void)[] = [];
  const responder: Responder = {
    receive: async () => {
      throw new Error('not of this test');
    },
    receiveAll: async () => [],
    act: async () => {
      throw new Error('not of this test');
    },
    deliver: async () => false,
    runShadow: async () => false,
    async runStep({ signal } = {}) {
      if (left === 0) return false;
      left -= 1;
      log.push('began');
      await new Promise<void>((resolve) => {
        running.push(resolve);
        signal?.addEventListener('abort', () => {
          log.push('cut');
          resolve();
        });
      });
      log.push('ended');
      return true;
    },
  };
  const endAll = () => {
    for (const end of running.splice(0)) end();
  };
  return { responder, log, endAll };
}

describe('runWork', () => {
  it('lets what runs end when it is stopped, and takes nothing more', async () => {
    const { endAll, log, responder } = createStub(5);
    const runner = runWork(responder, { concurrency: 2 });
    await expect.poll(() => log).toEqual(['began', 'began']);
    let isStopped = false;
    const stopped = runner.stop(60_000).then(() => {
      isStopped = true;
    });
    await Promise.resolve();
    expect(isStopped).toBe(false);
    endAll();
    await stopped;
    expect(log).toEqual(['began', 'began', 'ended', 'ended']);
  });

  it('cuts what does not end in time', async () => {
    const { log, responder } = createStub(1);
    const runner = runWork(responder, { concurrency: 1 });
    await expect.poll(() => log).toEqual(['began']);
    await runner.stop(0);
    expect(log).toEqual(['began', 'cut', 'ended']);
  });

  it('gives shadows a lane of their own: however long one takes, steps go on, and no second one begins', async () => {
    const { endAll, log, responder } = createStub(2);
    const end: (() => void)[] = [];
    let shadows = 0;
    const shadowed: Responder = {
      ...responder,
      async runShadow() {
        shadows += 1;
        await new Promise<void>((resolve) => end.push(resolve));
        return true;
      },
    };
    const runner = runWork(shadowed, { concurrency: 1, pollMs: 1 });
    await expect.poll(() => [shadows, log.length]).toEqual([1, 1]);
    endAll();
    await expect.poll(() => log).toEqual(['began', 'ended', 'began']);
    endAll();
    expect(shadows).toBe(1);
    const stopped = runner.stop();
    for (const each of end) each();
    await stopped;
    expect(shadows).toBe(1);
  });

  it('has one lane for what others may die beside', async () => {
    const { responder } = createStub(0);
    const asked: (boolean | undefined)[] = [];
    const runStep: Responder['runStep'] = async ({ leavesSuspects } = {}) => {
      asked.push(leavesSuspects);
      return false;
    };
    const runner = runWork({ ...responder, runStep }, { concurrency: 3 });
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(3);
    await runner.stop();
    expect(asked.slice(0, 3)).toEqual([undefined, true, true]);
  });

  it('goes on when the store fails', async () => {
    const { endAll, log, responder } = createStub(1);
    const errors: unknown[] = [];
    let isBroken = true;
    const broken: Responder = {
      ...responder,
      runStep: async (request) => {
        if (!isBroken) return responder.runStep(request);
        isBroken = false;
        throw new Error('disk full');
      },
    };
    const runner = runWork(broken, { concurrency: 1, pollMs: 1, onError: (error) => errors.push(error) });
    await expect.poll(() => log).toEqual(['began']);
    endAll();
    await runner.stop();
    expect(errors).toEqual([new Error('disk full')]);
  });
});
