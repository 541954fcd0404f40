import { NotifierError } from '@midwatch/core/incident';

/**
 * Keeps a configured address from leading into the network that Midwatch itself stands in. Only what is written can be judged:
 * Web APIs tell nothing of DNS, so a name that resolves to a private address goes through.
 */
export function parseWebhookUrl(
  webhookUrl: string,
  { allowLoopback, notifierId }: { readonly allowLoopback: boolean; readonly notifierId: string },
): URL {
  const url = URL.canParse(webhookUrl) ? new URL(webhookUrl) : undefined;
  const problem = url === undefined ? 'is not an absolute address' : problemOf(url, allowLoopback);
  if (url !== undefined && problem === undefined) return url;
  throw new NotifierError({ code: 'config', notifierId, message: `\`webhookUrl\` ${problem}` });
}

function problemOf(url: URL, allowLoopback: boolean): string | undefined {
  // The parser has brought `0x7f.1`, `2130706433` and their like into the dotted form already.
  const host = url.hostname.toLowerCase().replace(/\.+$/, '');
  if (url.username !== '' || url.password !== '') return 'must not hold credentials';
  if (isLoopback(host)) {
    if (!allowLoopback) return 'leads to this machine: set `allowLoopback` when that is meant';
    return /^https?:$/.test(url.protocol) ? undefined : 'must be https or http';
  }
  if (url.protocol !== 'https:') return 'must be https';
  if (isMetadataName(host) || isPrivateIpv4(host) || isSpecialIpv6(host)) {
    return 'leads to a private, link-local or metadata address';
  }
  return undefined;
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(host)
  );
}

const metadataNames: readonly string[] = [
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
];

function isMetadataName(host: string): boolean {
  return metadataNames.includes(host);
}

/** https://www.iana.org/assignments/iana-ipv4-special-registry: first address and prefix length. */
const specialIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Azure's host services.
  ['168.63.129.16', 32],
];

function isPrivateIpv4(host: string): boolean {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return false;
  const address = toNumber(host);
  return specialIpv4.some(([first, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(address / size) === Math.floor(toNumber(first) / size);
  });
}

function toNumber(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/**
 * Only global unicast (2000::/3) may be written, and of it not what carries an IPv4 address or is for documentation: 6to4,
 * Teredo, 2001:db8::/32. Mapped addresses and NAT64 lie outside of it.
 */
function isSpecialIpv6(host: string): boolean {
  if (!host.startsWith('[')) return false;
  const [first = '', second = ''] = host.slice(1, -1).split(':');
  const isGlobal = /^[23][0-9a-f]{3}$/.test(first);
  const isTunnel = first === '2002' || (first === '2001' && ['', '0', 'db8'].includes(second));
  return !isGlobal || isTunnel;
}
