import type { Span, TraceSignal } from '@midwatch/core';
import { quote } from './quote.js';

const MAX_SPANS = 40;
const MAX_DEPTH = 12;

/** A whole trace as an indented tree: offset, duration, service, operation, errors. Cycles and orphans do not stop it. */
export function renderTrace({ traceId, spans, complete }: TraceSignal): string {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of spans) {
    const { parentSpanId } = span;
    if (parentSpanId === undefined || !known.has(parentSpanId)) roots.push(span);
    else children.set(parentSpanId, [...(children.get(parentSpanId) ?? []), span]);
  }
  const startNs = earliest(spans);
  const lines: string[] = [];
  const seen = new Set<string>();
  const visit = (span: Span, depth: number) => {
    if (seen.has(span.spanId) || lines.length >= MAX_SPANS) return;
    seen.add(span.spanId);
    lines.push(`    ${'  '.repeat(Math.min(depth, MAX_DEPTH))}${spanText(span, startNs)}`);
    const below = children.get(span.spanId) ?? [];
    for (const child of [...below].sort(byStart)) visit(child, depth + 1);
  };
  for (const root of roots.sort(byStart)) visit(root, 0);
  const omitted = spans.length - lines.length;
  const note = [complete ? '' : ', incomplete', omitted > 0 ? `, ${omitted} spans omitted` : ''].join('');
  return [`trace ${quote(traceId, 40)}: ${spans.length} spans${note}`, ...lines].join('\n');
}

function spanText({ service, operation, startNs, durationNs, status }: Span, originNs: bigint): string {
  const offsetMs = Number(BigInt(startNs) - originNs) / 1_000_000;
  const error = status === 'error' ? ' ERROR' : '';
  return `+${offsetMs.toFixed(1)} ms ${(durationNs / 1_000_000).toFixed(1)} ms ${quote(service, 60)} ${quote(operation, 80)}${error}`;
}

function byStart(one: Span, other: Span): number {
  const [first, second] = [BigInt(one.startNs), BigInt(other.startNs)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function earliest(spans: readonly Span[]): bigint {
  let least = BigInt(spans[0]?.startNs ?? 0);
  for (const { startNs } of spans) if (BigInt(startNs) < least) least = BigInt(startNs);
  return least;
}
