import type { CallContextV1 } from '@midwatch/core';
import type { AllowedRequest, HttpClient, QueryParameters } from '@midwatch/core/http';
import * as z from 'zod';

const listPaths = [
  '/api/v1/logs',
  '/api/v1/series',
  '/api/v1/traces',
  '/api/v1/deploys',
  '/api/v1/problems',
] as const;
/** Lists that are read page by page. */
export type ListPath = (typeof listPaths)[number];

const servicesPath = '/api/v1/services';

/** The hard list: nothing else is ever sent. */
export const allowedRequests: readonly AllowedRequest[] = [...listPaths, servicesPath].map((path) => ({
  method: 'GET',
  path,
}));

// Schemas are minimal: what is not used is not named, and what may be missing is `nullish`, so that a newer vendor fits.
/** Items are checked one by one where they are mapped, so that a bad one costs itself only. */
const pageSchema = z.object({ items: z.array(z.unknown()), next: z.string().nullish() });
const servicesSchema = z.object({ services: z.array(z.string()), version: z.string().nullish() });

export interface Page {
  readonly items: readonly unknown[];
  /** The cursor of the next page. */
  readonly next: string | undefined;
}

export interface TemplateApi {
  readPage(path: ListPath, query: QueryParameters, call: CallContextV1): Promise<Page>;
  readServices(call: CallContextV1): Promise<{ services: readonly string[]; version: string | undefined }>;
}

/** The vendor's endpoints, as functions. */
export function createTemplateApi(client: HttpClient, team: string | undefined): TemplateApi {
  const headers: Record<string, string> = team === undefined ? {} : { 'x-team': team };
  return {
    async readPage(path, query, call) {
      const request = { method: 'GET', path, query, headers, schema: pageSchema } as const;
      const { body } = await client.request(request, call);
      // An empty cursor is what some servers send for "no more".
      return { items: body.items, next: body.next || undefined };
    },
    async readServices(call) {
      const request = { method: 'GET', path: servicesPath, headers, schema: servicesSchema } as const;
      const { body } = await client.request(request, call);
      return { services: body.services, version: body.version ?? undefined };
    },
  };
}
