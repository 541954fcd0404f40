import { ConnectorError } from '@midwatch/core';

/** https://docs.datadoghq.com/getting_started/site/ */
const datadogSites: readonly string[] = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'uk1.datadoghq.com',
  'datadoghq.eu',
  'ddog-gov.com',
  'us2.ddog-gov.com',
];

export interface DatadogSite {
  readonly name: string;
  readonly apiUrl: string;
  readonly webUrl: string;
}

/** Where a site's API and pages are. A key is valid at its own site only, so an unknown one is refused at once. */
export function toDatadogSite(name: string, connectorId: string): DatadogSite {
  if (!datadogSites.includes(name)) {
    const message = `\`site\` must be one of ${datadogSites.join(', ')}`;
    throw new ConnectorError({ code: 'config', connectorId, message });
  }
  // The oldest sites have their pages under `app.`; the others' name is the host.
  const host = name.split('.').length === 2 ? `app.${name}` : name;
  return { name, apiUrl: `https://api.${name}`, webUrl: `https://${host}` };
}
