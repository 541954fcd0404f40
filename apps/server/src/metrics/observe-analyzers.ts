import type { AnalysisUsage, Analyzer, Reviewer } from '@midwatch/core/incident';
import { Counter, Histogram, type Registry } from 'prom-client';

const buckets = [0.5, 1, 2.5, 5, 10, 15, 20, 25, 30, 60];

/** The same as what is given, counted. */
export interface ObservedModels {
  observe(analyzer: Analyzer): Analyzer;
  observeReviewer(reviewer: Reviewer): Reviewer;
}

type Answer = { readonly usage?: AnalysisUsage };

/** Counts questions to models, what they took and what they cost, by the model that was asked. */
export function observeModels(registers: Registry[]): ObservedModels {
  const calls = new Histogram({
    name: 'midwatch_model_call_duration_seconds',
    help: 'Questions to models by outcome: answered, failed, or late',
    labelNames: ['model', 'outcome'],
    buckets,
    registers,
  });
  const tokens = new Counter({
    name: 'midwatch_model_tokens_total',
    help: 'Tokens that models were given (input, cache-write, cache-read) and gave (output)',
    labelNames: ['model', 'kind'],
    registers,
  });
  const cost = new Counter({
    name: 'midwatch_model_cost_usd_total',
    help: 'US dollars that answers of models came to, where the price is known',
    labelNames: ['model'],
    registers,
  });

  function bill(model: string, usage: AnalysisUsage | undefined): void {
    if (usage === undefined) return;
    tokens.inc({ model, kind: 'input' }, usage.inputTokens);
    tokens.inc({ model, kind: 'cache-write' }, usage.cacheWriteTokens);
    tokens.inc({ model, kind: 'cache-read' }, usage.cacheReadTokens);
    tokens.inc({ model, kind: 'output' }, usage.outputTokens);
    cost.inc({ model }, usage.costUsd ?? 0);
  }

  async function counted<Given extends Answer>(
    model: string,
    signal: AbortSignal,
    ask: () => Promise<Given>,
  ): Promise<Given> {
    const startedAtMs = performance.now();
    const end = (outcome: string, usage: AnalysisUsage | undefined) => {
      calls.observe({ model, outcome }, (performance.now() - startedAtMs) / 1000);
      bill(model, usage);
    };
    try {
      const answer = await ask();
      end('answered', answer.usage);
      return answer;
    } catch (error) {
      end(signal.aborted ? 'late' : 'failed', usageOf(error));
      throw error;
    }
  }

  return {
    observe: (analyzer) => ({
      ...analyzer,
      analyze: (input, call) =>
        counted(analyzer.model ?? analyzer.name, call.signal, () => analyzer.analyze(input, call)),
    }),
    observeReviewer: (reviewer) => ({
      ...reviewer,
      review: (input, call) =>
        counted(reviewer.model ?? reviewer.name, call.signal, () => reviewer.review(input, call)),
    }),
  };
}

/** A refusal and half an answer are billed, too. */
function usageOf(error: unknown): AnalysisUsage | undefined {
  const usage = typeof error === 'object' && error !== null && 'usage' in error ? error.usage : undefined;
  const isUsage = typeof usage === 'object' && usage !== null && 'inputTokens' in usage;
  return isUsage ? (usage as AnalysisUsage) : undefined;
}
