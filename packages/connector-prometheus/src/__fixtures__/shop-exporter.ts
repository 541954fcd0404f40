import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What each scrape adds. One scrape a second makes the numbers rates per second. */
const okPerScrape = 90;
const failedPerScrape = 10;

/** Two services in one exposition: `checkout` by OpenTelemetry's names, `billing` by Micrometer's, known by `job` alone. */
function expose(scrapes: number): string {
  const ok = scrapes * okPerScrape;
  const failed = scrapes * failedPerScrape;
  const all = ok + failed;
  const histogram = (name: string, labels: string, le: readonly [string, number][]) =>
    [
      `# TYPE ${name} histogram`,
      ...le.map(([bound, count]) => `${name}_bucket{${labels},le="${bound}"} ${count}`),
      `${name}_sum{${labels}} ${scrapes * 20}`,
      `${name}_count{${labels}} ${all}`,
    ].join('\n');
  return `${[
    // Half of the requests take up to 0.1 s, all of them up to 0.5 s.
    histogram('http_server_request_duration_seconds', 'service="checkout",http_route="/pay"', [
      ['0.1', all / 2],
      ['0.5', all],
      ['+Inf', all],
    ]),
    '# TYPE http_requests_total counter',
    `http_requests_total{service="checkout",status="200"} ${ok}`,
    `http_requests_total{service="checkout",status="503"} ${failed}`,
    '# TYPE db_client_connections_usage gauge',
    'db_client_connections_usage{service="checkout",state="used",pool_name="orders"} 10',
    'db_client_connections_usage{service="checkout",state="idle",pool_name="orders"} 0',
    '# TYPE db_client_connections_max gauge',
    'db_client_connections_max{service="checkout",pool_name="orders"} 10',
    '# TYPE db_client_connections_pending_requests gauge',
    `db_client_connections_pending_requests{service="checkout",pool_name="orders"} ${scrapes}`,
    '# TYPE http_server_requests_seconds summary',
    `http_server_requests_seconds_count{application="billing",status="200"} ${ok}`,
    `http_server_requests_seconds_sum{application="billing",status="200"} ${ok / 4}`,
    '# TYPE cache_hit_ratio gauge',
    'cache_hit_ratio{service="checkout"} NaN',
  ].join('\n')}\n`;
}

export async function startShopExporter(): Promise<{ port: number; server: Server }> {
  let scrapes = 0;
  const server = createServer((_, response) => {
    scrapes += 1;
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(expose(scrapes));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}
