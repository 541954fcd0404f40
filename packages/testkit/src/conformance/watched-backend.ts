import { ConformanceFailure, describe } from './check.js';
import type { ConformanceOptions } from './subject.js';

/**
 * Runs a check with a backend whose own errors are kept: to the connector they are a connection that failed, so that what it makes
 * of them says nothing about the mistake in the backend.
 */
export async function withWatchedBackend(
  options: ConformanceOptions,
  run: (watched: ConformanceOptions) => Promise<void>,
): Promise<void> {
  if ('createWith' in options) return run(options);
  const thrown: unknown[] = [];
  const watched: ConformanceOptions = {
    ...options,
    backend: (scenario) => {
      const answer = options.backend(scenario);
      return async (request) => {
        try {
          return await answer(request);
        } catch (error) {
          thrown.push(error);
          throw error;
        }
      };
    },
  };
  const failed = await run(watched).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (thrown.length > 0) {
    const [first] = thrown;
    throw new ConformanceFailure(`your backend threw: ${describe(first)}`, { cause: first });
  }
  if (failed !== undefined) throw failed.error;
}
