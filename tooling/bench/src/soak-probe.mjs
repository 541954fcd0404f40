// Preloaded into the server's process: tells its memory and its handles when it is asked. `--expose-gc` lets it collect first, so
// that what is left is what is held.
import { readdirSync } from 'node:fs';

process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { external, heapUsed, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const count = (pattern) => resources.filter((name) => pattern.test(name)).length;
  process.send?.({
    ...{ external, heapUsed, rss },
    sockets: count(/^TCP.*Wrap$/),
    timers: count(/^Timeout$/),
    files: countFiles(),
  });
});
// It must not keep the server alive.
process.channel?.unref();

/** Open descriptors, where the kernel tells. */
function countFiles() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
