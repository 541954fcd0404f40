/** The five kinds, each with what the template has for it. */
const parts = {
  logs: { source: 'log-source', factory: 'createLogSource', path: '/api/v1/logs', recorded: 'logs' },
  metrics: {
    source: 'metric-source',
    factory: 'createMetricSource',
    path: '/api/v1/series',
    recorded: 'series',
  },
  traces: {
    source: 'trace-source',
    factory: 'createTraceSource',
    path: '/api/v1/traces',
    recorded: 'traces',
  },
  deploys: {
    source: 'deploy-source',
    factory: 'createDeploySource',
    path: '/api/v1/deploys',
    recorded: 'deploys',
  },
  incidents: {
    source: 'incident-source',
    factory: 'createIncidentSource',
    path: '/api/v1/problems',
    recorded: 'problems',
  },
} as const;

export type Kind = keyof typeof parts;
export const kinds = Object.keys(parts) as readonly Kind[];

export interface NewConnector {
  /** Kebab-case, as in `connector-NAME`. */
  name: string;
  kinds: readonly Kind[];
}

/** A mistake of the person who asked, told in one line. */
export class NewConnectorError extends Error {
  override readonly name = 'NewConnectorError';
}

/** @throws NewConnectorError */
export function parseNewConnector(name: string | undefined, kindList: string | undefined): NewConnector {
  if (name === undefined)
    throw new NewConnectorError('give a name: pnpm new:connector NAME [--kinds logs,deploys]');
  if (name.startsWith('connector-') || name.startsWith('@')) {
    throw new NewConnectorError(`give the vendor's name alone, such as ${name.replace(/^.*connector-/, '')}`);
  }
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 40) {
    const form = 'lower-case letters, digits and single hyphens, a letter first, at most 40 characters';
    throw new NewConnectorError(`\`${name}\` cannot be a name: ${form}`);
  }
  if (name.includes('template')) throw new NewConnectorError('a name with `template` in it is taken');
  const asked = kindList === undefined ? [...kinds] : kindList.split(',').map((kind) => kind.trim());
  const unknown = asked.find((kind) => !(kinds as readonly string[]).includes(kind));
  if (unknown !== undefined) {
    throw new NewConnectorError(`\`${unknown}\` is no kind; there are ${kinds.join(', ')}`);
  }
  return { name, kinds: kinds.filter((kind) => asked.includes(kind)) };
}

/** `my-vendor` as it stands in types: `MyVendor`. */
function toTypeName(name: string): string {
  return toTitle(name).replaceAll(' ', '');
}

/** `my-vendor` as people read it: `My Vendor`. */
export function toTitle(name: string): string {
  return name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ');
}

function renamed(text: string, name: string): string {
  return text
    .replaceAll(/(?<=[A-Za-z])Template|Template(?=[A-Z])/g, toTypeName(name))
    .replaceAll('Template', toTitle(name))
    .replaceAll('template', name);
}

/** The template's files as those of the new connector, by path in its folder. */
export function toConnectorFiles(
  template: ReadonlyMap<string, string>,
  { kinds: wanted, name }: NewConnector,
): ReadonlyMap<string, string> {
  const left = kinds.filter((kind) => !wanted.includes(kind)).map((kind) => parts[kind]);
  const files = new Map<string, string>();
  for (const [path, text] of template) {
    const isLeft = left.some(
      ({ recorded, source }) =>
        path.startsWith(`src/${source}.`) || path === `src/__fixtures__/recorded/${recorded}.json`,
    );
    if (isLeft) continue;
    const lines = text
      .split('\n')
      .filter(
        (line) =>
          !left.some(
            ({ factory, path: endpoint, source }) =>
              line.includes(factory) || line.includes(`./${source}.js`) || line.includes(endpoint),
          ),
      )
      .join('\n')
      .replace(`Signals: ${kinds.join(', ')}.`, `Signals: ${wanted.join(', ')}.`)
      .replace("  'logs',\n  { target", `  '${wanted[0]}',\n  { target`);
    files.set(renamed(path, name), renamed(lines, name));
  }
  return files;
}

/** `logs, metrics and deploys` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
