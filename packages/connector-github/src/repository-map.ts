import { ConnectorError, type Target } from '@midwatch/core';

/** Service name to `owner/name`. */
export type RepositoryMap = Readonly<Record<string, string>>;

export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** A repository, and the service that its deploys are reported for. */
export interface ServiceRepository {
  readonly repository: Repository;
  readonly service: string;
}

/** `owner/name`, in the characters that GitHub allows; nothing else ever becomes part of a path. */
export function parseRepository(text: string): Repository | undefined {
  const match = /^([\w-][\w.-]{0,99})\/([\w.-]{1,100})$/.exec(text);
  const [, owner = '', name = ''] = match ?? [];
  return match === null || name === '.' || name === '..' ? undefined : { owner, name };
}

export function nameOf({ owner, name }: Repository): string {
  return `${owner}/${name}`;
}

/** Throws a `ConnectorError` of code `config` when an entry is no `owner/name`. */
export function requireRepositories(map: RepositoryMap, connectorId: string): void {
  if (Object.values(map).every((text) => parseRepository(text) !== undefined)) return;
  const message = 'every value of `repositories` must be `owner/name`';
  throw new ConnectorError({ code: 'config', connectorId, message });
}

/**
 * The repositories of the target: the one that the map names, or the service itself where it is called `owner/name` (an
 * alias of this connector); without a service all of the map.
 */
export function findRepositories({ service }: Target, map: RepositoryMap): readonly ServiceRepository[] {
  if (service !== undefined) {
    const repository = parseRepository(Object.hasOwn(map, service) ? (map[service] ?? '') : service);
    return repository === undefined ? [] : [{ repository, service }];
  }
  return [...new Set(Object.values(map))].flatMap((text) => {
    const repository = parseRepository(text);
    return repository === undefined ? [] : [{ repository, service: serviceOf(repository, map) }];
  });
}

/** The only service of the repository; of a repository of several nobody can say which, so it is the repository's name. */
export function serviceOf(repository: Repository, map: RepositoryMap): string {
  const services = Object.entries(map).filter(([, text]) => text === nameOf(repository));
  const [only] = services;
  return services.length === 1 && only !== undefined ? only[0] : repository.name;
}
