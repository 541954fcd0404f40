import type { ConformanceScenario } from '@midwatch/testkit/conformance';

interface FakeItem {
  readonly id: string;
  readonly at: number;
}

/** Small, so that a few items are several pages, also where the suite does not say how many it wants. */
const PAGE_SIZE = 4;

/** The vendor: one list at each path, kept to times, order, page size and cursor of the request. Its window is closed. */
export function createFakeTemplate({ count, kind, pageSize = PAGE_SIZE, service, window }: ConformanceScenario) {
  const lengthMs = window.endMs - window.startMs;
  const items = Array.from({ length: count }, (_, index) => {
    const at = window.startMs + Math.floor((lengthMs * index) / count);
    return { id: `${kind}-${index}`, at, service, ...detailsOf(kind, at, window) };
  });
  return (request: Request): Response => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith('/api/v1/services')) return Response.json({ services: [service], version: '3.1.0' });
    const found = searchParams.get('service') === service ? items : [];
    return Response.json(toPage(searchParams, found, pageSize));
  };
}

function toPage(asked: URLSearchParams, items: readonly FakeItem[], pageSize: number) {
  const [from = 0, to = 0, limit = 0] = ['from', 'to', 'limit'].map((name) => Number(asked.get(name)));
  const found = items.filter((item) => 'points' in item || (item.at >= from && item.at <= to));
  if (asked.get('order') === 'desc') found.reverse();
  const start = Number(asked.get('cursor') ?? 0);
  const end = start + Math.min(limit, pageSize);
  return { items: found.slice(start, end), next: end < found.length ? String(end) : null };
}

function detailsOf(kind: ConformanceScenario['kind'], at: number, { startMs, endMs }: { startMs: number; endMs: number }) {
  switch (kind) {
    case 'logs':
      return { message: 'payment declined', level: 'WARNING' };
    case 'metrics': {
      const points = Array.from({ length: 10 }, (_, index) => [startMs + ((endMs - startMs) * index) / 10, index]);
      return { name: 'requests_per_second', points };
    }
    case 'traces': {
      const span = { service: 'checkout', name: 'GET /', start_us: at * 1000, duration_us: 20_000 };
      return { spans: [{ id: 'a1', ...span }] };
    }
    case 'deploys':
      return { commit: '4f2c', tag: 'v2.0.0', ok: true };
    case 'incidents':
      return { title: 'Too many errors', rule: 'ErrorsHigh' };
  }
}
