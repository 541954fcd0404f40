import type { Redactor } from '@midwatch/core/incident';
import type { TelemetryRedactor } from '@midwatch/redaction';

export interface CountingRedactor extends Redactor {
  /** Stretches taken out so far, by category. A short text that repeats is redacted, and counted, once. */
  counts(): Readonly<Record<string, number>>;
}

export function createCountingRedactor(redactor: TelemetryRedactor): CountingRedactor {
  const totals = new Map<string, number>();
  return {
    redact(value) {
      const { text, counts } = redactor.redactWithCounts(value);
      for (const [category, count] of Object.entries(counts))
        totals.set(category, (totals.get(category) ?? 0) + count);
      return text;
    },
    counts: () => Object.fromEntries([...totals].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
