import type { Account } from './github-schema.js';

/** A bot deploys what a person changed: its name would stand where people look for whom to ask. */
export function personOf(account: Account | null | undefined): string | undefined {
  const login = account?.login ?? '';
  return login === '' || account?.type === 'Bot' || login.endsWith('[bot]') ? undefined : login;
}
