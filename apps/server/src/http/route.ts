import type { Context } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import type * as z from 'zod';
import type { Access, Caller } from './guard.js';

export interface RouteVariables extends RequestIdVariables {
  route: string;
  role: Caller['role'];
  headers?: Readonly<Record<string, string>>;
  /** Who asks, by name: what a timeline and an outcome say. */
  by: string;
}

export type RouteContext = Context<{ Variables: RouteVariables }>;

export interface RouteParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  /** JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface RouteAnswer {
  readonly description: string;
  /** Of a JSON body. */
  readonly schema?: z.ZodType;
  /** @default application/json */
  readonly mediaType?: string;
}

/** One route, with all that is said of it: it is mounted, guarded, limited and documented by this alone. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** As OpenAPI writes it: `/incidents/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly access: Exclude<Access, 'token'>;
  readonly parameters?: readonly RouteParameter[];
  readonly body?: {
    readonly description: string;
    readonly schema?: z.ZodType;
    /** @default false */
    readonly isOptional?: boolean;
  };
  /** By status; the refusals that every route has are added. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Of what succeeds, for those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  handle(context: RouteContext): Response | Promise<Response>;
}
