import type { Analysis, AnalyzeInput, Analyzer } from '@midwatch/core/incident';

/** What a scripted analyzer does with one question. */
export type ScriptedAnswer = Analysis | { readonly error: Error } | { readonly hangs: true };

export interface ScriptedAnalyzer extends Analyzer {
  readonly inputs: readonly AnalyzeInput[];
  /** Throws when a scripted answer was not asked for. */
  assertComplete(): void;
}

/** A deterministic analyzer that gives one scripted answer per question, and ends a hanging one when it is aborted. */
export function createScriptedAnalyzer(
  answers: readonly ScriptedAnswer[],
  name = 'scripted',
): ScriptedAnalyzer {
  const remaining = [...answers];
  const inputs: AnalyzeInput[] = [];
  return {
    name,
    inputs,
    analyze(input, call) {
      inputs.push(input);
      const answer = remaining.shift();
      if (answer === undefined) return Promise.reject(new Error(`${name} was asked beyond its script`));
      if ('error' in answer) return Promise.reject(answer.error);
      if (!('hangs' in answer)) return Promise.resolve(answer);
      return new Promise((_, reject) => {
        call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true });
      });
    },
    assertComplete() {
      if (remaining.length > 0)
        throw new Error(`${name}: ${remaining.length} scripted answers were not asked for`);
    },
  };
}
