import type { Provenance } from '@midwatch/core';
import type { BriefQuery, CollectionSummary } from '@midwatch/core/incident';
import { definedOnly } from './defined-only.js';
import { shortenQuery } from './shorten-query.js';

/** Longer than any address that a connector builds. */
const MAX_ADDRESS = 4000;

/** Which addresses a brief may hold. */
export interface LinkRule {
  /** The address, when it is http or https, without a password, and leads to a configured host; else nothing. */
  readonly toLink: (address: string | undefined) => string | undefined;
  /** A query of a connector as a brief holds it: without a link that may not be shown. */
  readonly toQuery: (connectorId: string, provenance: Provenance) => BriefQuery;
}

/**
 * The one place that decides which links people are shown. Connectors build the addresses of queries (`Provenance.url`) from
 * their own configuration, so their hosts count as configured; every other address stood in telemetry or in an alert, and is
 * shown for those hosts and the given ones only.
 */
export function createLinkRule(collection: CollectionSummary, linkHosts: Iterable<string>): LinkRule {
  const hosts = new Set([...linkHosts].map((host) => host.toLowerCase()));
  for (const { provenance } of collection.sources) {
    for (const { url } of provenance) {
      const host = hostOf(url);
      if (host !== undefined) hosts.add(host);
    }
  }
  const toLink = (address: string | undefined) => {
    const host = hostOf(address);
    return host !== undefined && hosts.has(host) ? address : undefined;
  };
  const toQuery = (connectorId: string, { language, text, url, window }: Provenance): BriefQuery => {
    const { startMs, endMs } = window;
    const short = shortenQuery(text);
    const known = { short: short === text ? undefined : short, url: toLink(url) };
    return { connectorId, language, text, startMs, endMs, ...definedOnly(known) };
  };
  return { toLink, toQuery };
}

/** Of an address that may be a link at all. */
export function hostOf(address: string | undefined): string | undefined {
  if (address === undefined || address.length > MAX_ADDRESS || !URL.canParse(address)) return undefined;
  // What the parser would take out in silence makes an address look like another.
  if (/[\s\p{Cc}\p{Cf}\\]/u.test(address)) return undefined;
  const { hostname, password, protocol, username } = new URL(address);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' && hostname !== '' ? hostname : undefined;
}
