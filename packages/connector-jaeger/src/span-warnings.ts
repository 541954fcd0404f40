import type { AttributeValue, TraceSignal } from '@midwatch/core';

/** https://github.com/jaegertracing/jaeger/blob/main/internal/jptrace/warning.go: a list of texts, as JSON. */
const warningsAttribute = '@jaeger@warnings';
/** The server's `max_trace_size` cut the trace; said on its first span. */
const cutTrace = /\btrace has more than \d+ spans\b/;

/** The older API has a field for what v3 writes as an attribute; this makes them the same. */
export function toWarningAttribute(
  warnings: readonly string[] | null | undefined,
): Readonly<Record<string, AttributeValue>> {
  return warnings == null || warnings.length === 0 ? {} : { [warningsAttribute]: JSON.stringify(warnings) };
}

/** Whether the server gave out a part of the trace only. */
export function isCutTrace({ spans }: TraceSignal): boolean {
  return spans.some(({ attributes }) => cutTrace.test(String(attributes[warningsAttribute] ?? '')));
}
