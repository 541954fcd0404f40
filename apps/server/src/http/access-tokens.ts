/** People, from those who read to those who change the deployment: each may do what those before it may. */
const peopleRoles = ['viewer', 'responder', 'approver', 'admin'] as const;
/** `webhook` is for machines that send alerts and changes: it reads nothing. */
export const roles = [...peopleRoles, 'webhook'] as const;
export type Role = (typeof roles)[number];

export interface AccessToken {
  readonly role: Role;
  readonly token: string;
  /** Whose it is, as timelines and outcomes say. @default the role */
  readonly name?: string;
}

/** What the environment says of tokens, the same in every app. */
export interface TokenVariables {
  /** `viewer:TOKEN,responder=ann:TOKEN`: any number, so that a role has two of them while one is replaced. */
  readonly MIDWATCH_TOKENS?: string | undefined;
  /** One of the role `webhook`. */
  readonly MIDWATCH_WEBHOOK_TOKEN?: string | undefined;
  /** One of the role `viewer`. */
  readonly MIDWATCH_READ_TOKEN?: string | undefined;
}

const MIN_TOKEN_LENGTH = 16;
const NAME = /^[\p{L}\p{N}._@-]{1,64}$/u;
/** Each request is compared with all of them. */
const MAX_TOKENS = 100;

/** Whoever answers for incidents may also send one. */
export function allows(given: Role, needed: Role): boolean {
  if (needed === 'webhook') return given === 'webhook' || rankOf(given) >= rankOf('responder');
  return given !== 'webhook' && rankOf(given) >= rankOf(needed);
}

function rankOf(role: Role): number {
  return (peopleRoles as readonly Role[]).indexOf(role);
}

/** @throws TypeError with what to set. A token is never quoted. */
export function readAccessTokens(variables: TokenVariables): readonly AccessToken[] {
  const single = (name: 'MIDWATCH_WEBHOOK_TOKEN' | 'MIDWATCH_READ_TOKEN', role: Role) => {
    const token = variables[name]?.trim() ?? '';
    return token === '' ? [] : [{ role, token: checked(name, token) }];
  };
  const listed = (variables.MIDWATCH_TOKENS ?? '').split(',').flatMap((item) => parseItem(item.trim()));
  const tokens = [
    ...single('MIDWATCH_WEBHOOK_TOKEN', 'webhook'),
    ...single('MIDWATCH_READ_TOKEN', 'viewer'),
    ...listed,
  ];
  if (tokens.length <= MAX_TOKENS) return tokens;
  throw new TypeError(`MIDWATCH_TOKENS holds more than ${MAX_TOKENS} tokens`);
}

function parseItem(item: string): readonly AccessToken[] {
  if (item === '') return [];
  const [, word, name, token = ''] = /^([a-z]+)(?:=([^=:]*))?:(.*)$/.exec(item) ?? [];
  const role = roles.find((each) => each === word);
  if (name !== undefined && !NAME.test(name))
    throw new TypeError(
      'a name in MIDWATCH_TOKENS must have from 1 to 64 letters, digits, `.`, `_`, `-` or `@`',
    );
  if (role !== undefined) {
    const named = name === undefined ? {} : { name };
    return [{ role, ...named, token: checked('each token of MIDWATCH_TOKENS', token) }];
  }
  throw new TypeError(
    `MIDWATCH_TOKENS must hold ROLE:TOKEN or ROLE=NAME:TOKEN with commas between them; a role is one of ${roles.join(', ')}`,
  );
}

function checked(name: string, token: string): string {
  if (token.length >= MIN_TOKEN_LENGTH && /^[!-~]+$/.test(token)) return token;
  throw new TypeError(
    `${name} must have at least ${MIN_TOKEN_LENGTH} characters and no blanks; \`openssl rand -hex 24\` makes one`,
  );
}
