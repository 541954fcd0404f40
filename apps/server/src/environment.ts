import { resolve } from 'node:path';
import type { Budgets } from '@midwatch/core/incident';
import { readBudgets } from '@midwatch/responder';
import { type ShadowSettings, UsageError } from 'midwatch/config';
import {
  type AccessToken,
  allows,
  readAccessTokens,
  readSignatures,
  readSlackInteractivity,
  type SlackInteractivity,
  type WebhookSignatures,
} from './http/index.js';
import { type ConfiguredNotifiers, readNotifiers } from './notifiers.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says: addresses, secrets and files. What is read and who is told may stand in the configuration, too. */
export interface ServerSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Without any, only this very machine is answered. */
  readonly tokens: readonly AccessToken[];
  /** Of senders of alerts that sign. */
  readonly signatures: WebhookSignatures;
  readonly databaseFile: string;
  /** Of PostgreSQL, which stands for the file. */
  readonly databaseUrl?: string;
  readonly configFile?: string;
  readonly claude?: ClaudeSettings;
  /** For what models may cost. */
  readonly budgets: Budgets;
  readonly told: ConfiguredNotifiers;
  /** Buttons under Slack's messages. */
  readonly slack?: SlackInteractivity;
}

export interface ClaudeSettings {
  readonly token: string;
  readonly baseUrl?: string;
  readonly model?: string;
  /** Asked where the other is in doubt; `none` asks nobody. */
  readonly largerModel?: string;
  /** Looks for a reason against an action, before it is offered. @default the larger one */
  readonly reviewModel?: string;
  /** Asked beside it, to compare them. The file's path is a whole one. */
  readonly shadow?: ShadowSettings;
}

const DEFAULT_PORT = 8484;
const DEFAULT_HOST = '127.0.0.1';
const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Reads it once, at the start. Every mistake names the variable and what to do; a value is never quoted. */
export function readEnvironment(environment: Environment, folder: string): ServerSettings {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const host = read('HOST') ?? DEFAULT_HOST;
  const tokens = ofTypeError(() => readAccessTokens(environment));
  const [canSend, canRead] = (['webhook', 'viewer'] as const).map((needed) =>
    tokens.some(({ role }) => allows(role, needed)),
  );
  if (!loopback.test(host) && !(canSend && canRead)) {
    throw new UsageError(
      `HOST is ${host}, which others can reach: set MIDWATCH_WEBHOOK_TOKEN (who may send alerts) and MIDWATCH_READ_TOKEN ` +
        '(who may read incidents), or MIDWATCH_TOKENS with tokens of both sides, or leave HOST on this machine',
    );
  }
  const databaseUrl = parseDatabaseUrl(read('DATABASE_URL'), read('MIDWATCH_DATABASE'));
  const claudeToken = read('ANTHROPIC_API_KEY');
  const shadow = readShadowSettings(read, folder);
  if (shadow !== undefined && claudeToken === undefined)
    throw new UsageError('MIDWATCH_SHADOW_MODEL and MIDWATCH_SHADOW_PROMPT_FILE need ANTHROPIC_API_KEY');
  return {
    host,
    port: parsePort(read('PORT')),
    tokens,
    signatures: ofTypeError(() => readSignatures(environment)),
    budgets: ofTypeError(() => readBudgets(environment)),
    told: ofTypeError(() => readNotifiers(environment)),
    databaseFile: resolve(folder, read('MIDWATCH_DATABASE') ?? 'midwatch.db'),
    ...definedOnly({
      databaseUrl,
      configFile: read('MIDWATCH_CONFIG'),
      slack: ofTypeError(() => readSlackInteractivity(environment)),
      claude: claudeToken && {
        token: claudeToken,
        ...definedOnly({
          baseUrl: read('ANTHROPIC_BASE_URL'),
          model: read('MIDWATCH_MODEL'),
          largerModel: read('MIDWATCH_LARGER_MODEL'),
          reviewModel: read('MIDWATCH_REVIEW_MODEL'),
          shadow,
        }),
      },
    }),
  };
}

function readShadowSettings(read: (name: string) => string | undefined, folder: string) {
  const [model, file] = [read('MIDWATCH_SHADOW_MODEL'), read('MIDWATCH_SHADOW_PROMPT_FILE')];
  if (model === undefined && file === undefined) return undefined;
  return { model, ...(file === undefined ? {} : { promptFile: resolve(folder, file) }) };
}

function parseDatabaseUrl(url: string | undefined, file: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (file !== undefined) {
    throw new UsageError(
      'DATABASE_URL and MIDWATCH_DATABASE are both set; keep incidents in PostgreSQL or in a file, and unset the other',
    );
  }
  if (/^postgres(ql)?:\/\/\S+$/.test(url)) return url;
  throw new UsageError('DATABASE_URL must look like postgres://USER:PASSWORD@HOST:5432/DATABASE');
}

/** What the parts say of a variable becomes a mistake of whoever set it. */
function ofTypeError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError('PORT must be a whole number from 0 to 65535; 0 takes a free one');
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined | ''> };

function definedOnly<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined && item !== ''),
  ) as Defined<T>;
}
