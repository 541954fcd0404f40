import { mayLackTheApi, type TraceApi } from './jaeger-api.js';

/** Asks the API that answered last, else the other one. */
export type AskEitherApi = <T>(ask: (api: TraceApi) => Promise<T>) => Promise<T>;

/**
 * v3 first, since newer servers have nothing else; a server without it answers through the legacy API. Which one answered
 * is remembered as an order only: both stay reachable, so neither an upgrade nor a failure sticks.
 */
export function createEitherApi(v3: TraceApi, legacy: TraceApi): AskEitherApi {
  let legacyAnswered = false;

  return async (ask) => {
    const [first, second] = legacyAnswered ? [legacy, v3] : [v3, legacy];
    try {
      return await ask(first);
    } catch (error) {
      if (!mayLackTheApi(error)) throw error;
      try {
        const answer = await ask(second);
        legacyAnswered = second === legacy;
        return answer;
      } catch (other) {
        // Neither is there: the first one's error tells more.
        throw mayLackTheApi(other) ? error : other;
      }
    }
  };
}
