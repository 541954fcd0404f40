import type { DatadogApi } from './datadog-api.js';
import type { WebLinks } from './web-links.js';

/** What all sources of one connector share. */
export interface SourceScope {
  readonly connectorId: string;
  readonly api: DatadogApi;
  readonly links: WebLinks;
}
