import type { AnalysisUsage, Analyzer } from '@midwatch/core/incident';
import { Counter, Histogram, type Registry } from 'prom-client';

const buckets = [0.5, 1, 2.5, 5, 10, 15, 20, 25, 30, 60];

/** Counts questions to models, what they took and what they cost, by the model that was asked. */
export function observeAnalyzers(registers: Registry[]): (analyzer: Analyzer) => Analyzer {
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

  return (analyzer) => {
    const model = analyzer.model ?? analyzer.name;
    return {
      ...analyzer,
      async analyze(input, call) {
        const startedAtMs = performance.now();
        const end = (outcome: string, usage: AnalysisUsage | undefined) => {
          calls.observe({ model, outcome }, (performance.now() - startedAtMs) / 1000);
          bill(model, usage);
        };
        try {
          const analysis = await analyzer.analyze(input, call);
          end('answered', analysis.usage);
          return analysis;
        } catch (error) {
          end(call.signal.aborted ? 'late' : 'failed', usageOf(error));
          throw error;
        }
      },
    };
  };
}

/** A refusal and half an answer are billed, too. */
function usageOf(error: unknown): AnalysisUsage | undefined {
  const usage = typeof error === 'object' && error !== null && 'usage' in error ? error.usage : undefined;
  const isUsage = typeof usage === 'object' && usage !== null && 'inputTokens' in usage;
  return isUsage ? (usage as AnalysisUsage) : undefined;
}
