import { ConnectorError } from '@midwatch/core';
import type { SourceInput } from './list-source.js';

/** The vendor's page for a query. Built from options and parameters only, so that it can hold no secret. */
export function toSearchLink(webUrl: string | undefined, connectorId: string): SourceInput['linkTo'] {
  if (webUrl === undefined) return undefined;
  if (!URL.canParse(webUrl) || !/^https?:$/.test(new URL(webUrl).protocol)) {
    const message = '`webUrl` must be an absolute http or https URL';
    throw new ConnectorError({ code: 'config', connectorId, message });
  }
  const base = webUrl.replace(/\/+$/, '');
  return (path, { service }, { startMs, endMs }) => {
    const link = new URL(`${base}/search`);
    link.searchParams.set('in', path.split('/').at(-1) ?? '');
    if (typeof service === 'string') link.searchParams.set('service', service);
    link.searchParams.set('from', new Date(startMs).toISOString());
    link.searchParams.set('to', new Date(endMs).toISOString());
    return link.href;
  };
}
