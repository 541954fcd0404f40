import { ConnectorError } from '../connector/connector-error.js';
import type { HttpRequest } from './http-client.js';

export type QueryParameters = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** The base without its trailing slash; paths are appended as text, because `new URL(path, base)` drops a prefix. */
export function parseBaseUrl(baseUrl: string, connectorId: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const problem =
    url === undefined || !['http:', 'https:'].includes(url.protocol)
      ? 'must be an absolute http or https URL'
      : url.username !== '' || url.password !== ''
        ? 'must not hold credentials: use `basicAuth` or `token`'
        : url.search !== '' || url.hash !== ''
          ? 'must not have a query or a fragment'
          : undefined;
  if (url === undefined || problem !== undefined) {
    throw new ConnectorError({ code: 'config', connectorId, message: `\`baseUrl\` ${problem}` });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

export function requestUrl(base: string, request: HttpRequest<unknown>): string {
  const path = request.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = request.pathParameters?.[name];
    if (value === undefined) throw new TypeError(`no path parameter \`${name}\` for ${request.path}`);
    // Encoding does not help against proxies that decode before they route: nothing that means "up one folder" goes out.
    if (value === '' || value.split(/[/\\]/).some((part) => part === '.' || part === '..')) {
      throw new TypeError(`path parameter \`${name}\` of ${request.path} is empty or leaves its segment`);
    }
    return encodeURIComponent(value.toWellFormed());
  });
  const query = request.query === undefined ? '' : toFormBody(request.query);
  return query === '' ? `${base}${path}` : `${base}${path}?${query}`;
}

export function toFormBody(parameters: QueryParameters): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) form.append(name, String(item));
  }
  return form.toString();
}
