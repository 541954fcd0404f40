import type { ConnectorError } from '@midwatch/core';

/** The uid in the address of Grafana's data-source proxy, when that is how the store is reached. */
export function datasourceOf(baseUrl: string): string | undefined {
  return /\/api\/datasources\/proxy\/uid\/([\w-]+)/.exec(baseUrl)?.[1];
}

export function isGrafanaProxy(baseUrl: string): boolean {
  return baseUrl.includes('/api/datasources/proxy/');
}

/**
 * What a status means where Grafana stands between: it answers for itself, and turns a 401 of the store into a 400.
 * https://github.com/grafana/grafana/blob/main/pkg/api/pluginproxy/ds_proxy.go
 */
const meanings = new Map<number | undefined, string>([
  [400, "the store refused what Grafana sent: check the credentials in the data source's settings"],
  [401, 'Grafana refused the token: check `token`, that of a service account'],
  [403, 'the service account lacks `datasources:query` on this data source'],
  [404, "no such data source in the token's organisation, or a wrong path in it: check the uid in `baseUrl`"],
  [502, 'Grafana cannot reach the data source'],
  [504, 'the data source does not answer Grafana in time'],
]);

export function proxyDetail(error: ConnectorError): string | undefined {
  const meaning = meanings.get(error.status);
  return meaning === undefined ? undefined : `${error.message}: ${meaning}`;
}
