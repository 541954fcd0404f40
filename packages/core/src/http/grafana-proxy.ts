import type { ConnectorError } from '../connector/connector-error.js';

/** The uid in the address of Grafana's data-source proxy, when that is how a backend is reached. */
export function grafanaDatasourceOf(baseUrl: string): string | undefined {
  return /\/api\/datasources\/proxy\/uid\/([\w-]+)/.exec(baseUrl)?.[1];
}

/** Also for addresses that name the data source by its number. */
export function isGrafanaProxy(baseUrl: string): boolean {
  return baseUrl.includes('/api/datasources/proxy/');
}

const meanings = new Map<number | undefined, string>([
  [400, "the backend refused what Grafana sent: check the credentials in the data source's settings"],
  [401, 'Grafana refused the token: check `token`, that of a service account'],
  [403, 'the service account lacks `datasources:query` on this data source'],
  [404, "no such data source in the token's organisation, or a wrong path in it: check the uid in `baseUrl`"],
  [502, 'Grafana cannot reach the data source'],
  [504, 'the data source does not answer Grafana in time'],
]);

/**
 * An error with what its status means where Grafana stands between: it answers for itself, and turns a 401 of the backend into a
 * 400. `undefined` for a status that means the same as without it.
 * https://github.com/grafana/grafana/blob/main/pkg/api/pluginproxy/ds_proxy.go
 */
export function grafanaProxyDetail(error: ConnectorError): string | undefined {
  const meaning = meanings.get(error.status);
  return meaning === undefined ? undefined : `${error.message}: ${meaning}`;
}
