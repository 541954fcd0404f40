import * as z from 'zod';
import { accuracySchema } from './accuracy-schemas.js';
import { decisionBodySchema, incidentActionsSchema, logHeadSchema, logPageSchema } from './action-schemas.js';
import {
  changeListSchema,
  documentSchema,
  problemSchema,
  receivedSchema,
  recordedChangesSchema,
  spendingSchema,
  stateSchema,
  toldChangesSchema,
} from './answer-schemas.js';
import {
  actedSchema,
  outcomeBodySchema,
  silenceBodySchema,
  usefulnessBodySchema,
} from './incident-action-schemas.js';
import {
  briefSchema,
  incidentDetailsSchema,
  incidentListSchema,
  incidentSchema,
} from './incident-schemas.js';
import { lookSchema } from './look-schemas.js';
import type { Route, RouteAnswer } from './route.js';
import {
  deadLetterListSchema,
  readinessSchema,
  requeuedSchema,
  selfStateSchema,
  stopRequestSchema,
  switchedSchema,
} from './self-schemas.js';
import { sessionSchema, signInSchema } from './session-routes.js';
import { shadowsSchema } from './shadow-schemas.js';

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1, made from the very table that mounts and guards the routes. */
function toOpenApi(routes: readonly Route[]): Json {
  const { schemas, nameOf } = describeSchemas();
  const refer = (schema: z.ZodType) => ({ $ref: `#/components/schemas/${nameOf(schema)}` });
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, refer) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Midwatch',
      version: '1',
      description: 'Alerts in, incidents out. docs/api.md says who may what.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

/** The document tells of itself, too. */
export function withOpenApi(routes: readonly Route[]): readonly Route[] {
  const all: readonly Route[] = [
    ...routes,
    {
      method: 'GET',
      path: '/openapi.json',
      operationId: 'get-openapi',
      summary: 'This document',
      access: 'viewer',
      answers: { 200: { description: 'OpenAPI 3.1', schema: documentSchema } },
      handle: (context) => context.json(toOpenApi(all)),
    },
  ];
  return all;
}

function operationOf(route: Route, refer: (schema: z.ZodType) => Json): Json {
  const { access, answers, body, operationId, parameters = [], summary } = route;
  const responses: Record<string, Json> = {};
  for (const [status, answer] of Object.entries({ ...refusalsOf(route), ...answers }))
    responses[status] = { description: answer.description, content: contentOf(answer, refer) };
  return {
    operationId,
    summary,
    // What OpenAPI has no word for: `signature` is proved by the body, without a token.
    'x-midwatch-access': access,
    security: access === 'anyone' || access === 'signature' ? [] : [{ token: [access] }],
    ...(parameters.length > 0 && {
      parameters: parameters.map((each) => ({ ...each, required: each.in === 'path' })),
    }),
    ...(body && {
      requestBody: {
        required: body.isOptional !== true,
        description: body.description,
        content: { 'application/json': { schema: body.schema === undefined ? {} : refer(body.schema) } },
      },
    }),
    responses,
  };
}

/** What every route may answer beside its own. */
function refusalsOf({ access, body }: Route): Record<number, RouteAnswer> {
  const needsToken = access !== 'anyone' && access !== 'signature';
  return {
    ...(needsToken && {
      401: { description: 'No token, or one that is not known' },
      403: {
        description: 'The token has not the role, or there is none and the request is not of this machine',
      },
    }),
    ...(body && {
      408: { description: 'The body did not come in time' },
      413: { description: 'The body is larger than 1 MiB' },
    }),
    429: { description: 'Too many requests; `retry-after` says when to come again' },
    503: { description: 'It could not be done now; send it again' },
  };
}

function contentOf(
  { mediaType = 'application/json', schema }: RouteAnswer,
  refer: (schema: z.ZodType) => Json,
) {
  if (mediaType !== 'application/json') return { [mediaType]: { schema: { type: 'string' } } };
  return { [mediaType]: { schema: refer(schema ?? problemSchema) } };
}

/** Every schema by its name; those inside of others are referred to. */
function describeSchemas(): { schemas: Json; nameOf(schema: z.ZodType): string } {
  const registry = z.registry<{ id: string }>();
  const named: Readonly<Record<string, z.ZodType>> = {
    Accuracy: accuracySchema,
    Acted: actedSchema,
    ActionLogHead: logHeadSchema,
    ActionLogPage: logPageSchema,
    Brief: briefSchema,
    ChangeList: changeListSchema,
    DeadLetterList: deadLetterListSchema,
    DecisionBody: decisionBodySchema,
    Incident: incidentSchema,
    IncidentActions: incidentActionsSchema,
    IncidentDetails: incidentDetailsSchema,
    IncidentList: incidentListSchema,
    LookDetails: lookSchema,
    OpenApi: documentSchema,
    OutcomeBody: outcomeBodySchema,
    Problem: problemSchema,
    Readiness: readinessSchema,
    Received: receivedSchema,
    RecordedChanges: recordedChangesSchema,
    Session: sessionSchema,
    SignIn: signInSchema,
    SilenceBody: silenceBodySchema,
    Requeued: requeuedSchema,
    SelfState: selfStateSchema,
    Shadows: shadowsSchema,
    Spending: spendingSchema,
    State: stateSchema,
    StopRequest: stopRequestSchema,
    Switched: switchedSchema,
    ToldChanges: toldChangesSchema,
    UsefulnessBody: usefulnessBodySchema,
  };
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    // Each has its own name here, and the dialect is that of the whole document.
    override: ({ jsonSchema }) => {
      delete jsonSchema.$schema;
      delete jsonSchema.$id;
    },
  });
  const schemas = Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $id: _, $schema: __, ...schema }]) => [id, schema]),
  );
  return {
    schemas,
    nameOf: (schema) => {
      const name = Object.keys(named).find((id) => named[id] === schema);
      if (name === undefined) throw new TypeError('a schema of a route has no name in the document');
      return name;
    },
  };
}
