import type { ServiceIdentity } from '@midwatch/core';
import type { Alert, BriefRunbook } from '@midwatch/core/incident';
import { hostOf, type LinkRule } from './safe-link.js';

/** One runbook of the deployment's own; `parseRunbook` reads it from Markdown. */
export interface Runbook {
  readonly title: string;
  /** Its file, as people would look for it. */
  readonly path?: string;
  /** Rules that it is for, by their exact names. */
  readonly alerts: readonly string[];
  /** Services that it is for, by their exact names. */
  readonly services: readonly string[];
  /** http or https; given by whoever configures Midwatch, so its host counts as configured. */
  readonly url?: string;
}

export interface RunbookChoice {
  readonly runbook?: BriefRunbook;
  /** That a runbook is named and cannot be shown, in one sentence. */
  readonly note?: string;
}

/** The alert's own `runbook_url`, else the configured page of the service, else a runbook of this very alert, or service. */
export function chooseRunbook(
  alert: Alert,
  service: ServiceIdentity | undefined,
  runbooks: readonly Runbook[],
  { toLink }: LinkRule,
): RunbookChoice {
  for (const address of [alert.runbookUrl, service?.runbookUrl]) {
    const url = toLink(address);
    if (url !== undefined) return { runbook: { title: hostOf(url) ?? url, url } };
  }
  const found =
    runbooks.find(({ alerts }) => alerts.includes(alert.name)) ??
    runbooks.find(
      ({ services }) => alert.target.service !== undefined && services.includes(alert.target.service),
    );
  if (found !== undefined) {
    const { path, title } = found;
    const url = toLink(found.url);
    return {
      runbook: { title, ...(path === undefined ? {} : { path }), ...(url === undefined ? {} : { url }) },
    };
  }
  const host = hostOf(alert.runbookUrl);
  return host === undefined
    ? {}
    : { note: `the alert's runbook is at "${host}", which is none of the configured link hosts` };
}

const MAX_TITLE = 120;
const MAX_NAMES = 50;
const listKeys = { alert: 'alerts', alerts: 'alerts', service: 'services', services: 'services' } as const;

/**
 * Reads one runbook: front matter with `alerts`, `services` and `url` (a value, `[a, b]` or a list), else the first heading, which
 * is then the name of an alert or of a service.
 */
export function parseRunbook(path: string, markdown: string): Runbook {
  const lines = markdown.replace(/^\ufeff/, '').split(/\r?\n/, 400);
  const end = lines[0]?.trim() === '---' ? lines.indexOf('---', 1) : -1;
  const heading = lines.slice(end + 1).find((line) => /^#{1,6}\s+\S/.test(line));
  const title = (heading?.replace(/^#{1,6}\s+/, '').replace(/\s+#*\s*$/, '') ?? path).slice(0, MAX_TITLE);
  const found = readFrontMatter(lines.slice(1, Math.max(1, end)));
  const isNamed = found.alerts.length > 0 || found.services.length > 0;
  return {
    title,
    path,
    alerts: isNamed ? found.alerts : [title],
    services: isNamed ? found.services : [title],
    ...(hostOf(found.url) === undefined ? {} : { url: found.url as string }),
  };
}

function readFrontMatter(lines: readonly string[]) {
  const alerts: string[] = [];
  const services: string[] = [];
  let url: string | undefined;
  let current: string[] | undefined;
  for (const line of lines) {
    const item = /^\s*-\s+(\S.*)$/.exec(line)?.[1];
    const [, key = '', value = ''] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
    if (item !== undefined) add(current, item);
    else if (key === 'url') url = unquote(value);
    else if (Object.hasOwn(listKeys, key)) {
      current = { alerts, services }[listKeys[key as keyof typeof listKeys]];
      const inner = /^\[(.*)\]$/.exec(value.trim())?.[1];
      for (const name of inner === undefined ? [value] : inner.split(',')) add(current, name);
    } else if (key !== '') current = undefined;
  }
  return { alerts, services, url };
}

function add(names: string[] | undefined, text: string): void {
  const name = unquote(text);
  if (names !== undefined && name !== '' && names.length < MAX_NAMES) names.push(name);
}

function unquote(text: string): string {
  const trimmed = text.trim();
  return /^(["']).*\1$/.test(trimmed) && trimmed.length > 1 ? trimmed.slice(1, -1) : trimmed;
}
