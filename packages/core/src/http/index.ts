export type { HeadersOption, TokenOption } from './authorization.js';
export { grafanaDatasourceOf, grafanaProxyDetail, isGrafanaProxy } from './grafana-proxy.js';
export {
  type AllowedRequest,
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type HttpConnectorOptions,
  type HttpRequest,
  type HttpResult,
} from './http-client.js';
export { ignoringBody, toCallContext, toNotifierError } from './notifier-call.js';
export type { QueryParameters } from './request-url.js';
