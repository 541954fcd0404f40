import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS, type Responder } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { alertOf, createChannel, openRoom, START_MS } from '../__fixtures__/incident-room.js';
import { pages, requestsOf, signatures } from '../__fixtures__/route-requests.js';
import { createHttpApp, createRoutes, type HttpAppOptions, type Role, roles } from './index.js';

interface Operation {
  readonly operationId: string;
  readonly 'x-midwatch-access': string;
  readonly security: readonly { readonly token: readonly string[] }[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Written out here: the code under test must not say what is right. */
const whoMay: Readonly<Record<string, readonly Role[]>> = {
  viewer: ['viewer', 'responder', 'approver', 'admin'],
  responder: ['responder', 'approver', 'admin'],
  approver: ['approver', 'admin'],
  admin: ['admin'],
  webhook: ['webhook', 'responder', 'approver', 'admin'],
};

const tokenOf = (role: string) => `a-token-of-the-role-${role}`;

type App = ReturnType<typeof createHttpApp>;

async function open(more: Partial<HttpAppOptions> = {}, mount: (app: App) => void = () => undefined) {
  const store = createMemoryStore();
  const { responder, workAll } = openRoom(store, { notifiers: [createChannel().notifier] });
  const { incidentId } = await responder.receive(alertOf());
  await workAll();
  const options: HttpAppOptions = {
    ...{
      responder: alsoDeciding(responder),
      store,
      redact: createRedactor(),
      budgets: DEFAULT_BUDGETS,
      now: () => START_MS,
    },
    tokens: roles.map((role) => ({ role, name: 'ann', token: tokenOf(role) })),
    metrics: { contentType: 'text/plain; version=0.0.4', read: async () => 'up 1\n' },
    pages,
    onReceived: () => undefined,
    ...more,
  };
  const app = createHttpApp(options);
  mount(app);
  const ask = (path: string, init: RequestInit = {}, role?: string) => {
    const headers = { ...init.headers, ...(role && { authorization: `Bearer ${tokenOf(role)}` }) };
    return app.request(`http://midwatch.example${path}`, { ...init, headers });
  };
  const document = (await (await ask('/openapi.json', {}, 'viewer')).json()) as Document;
  const routes = createRoutes(options);
  return { app, ask, document, requests: requestsOf(incidentId), routes };
}

/** Says yes to whatever is decided on an action: that is the responder's, and tested there. */
function alsoDeciding(responder: Responder): Responder {
  return {
    ...responder,
    act: async (request) => ('planId' in request.action ? { outcome: 'done' } : responder.act(request)),
  };
}

function operationsOf({ paths }: Document) {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
      access: operation['x-midwatch-access'],
    })),
  );
}

const deployments: readonly [string, Partial<HttpAppOptions>][] = [
  ['senders bring tokens', { signatures: { sns: signatures.sns } }],
  ['senders sign', { signatures }],
];

describe.each(deployments)('the OpenAPI document, where %s', (_, more) => {
  it('is valid by the schema of OpenAPI 3.1', async () => {
    const { document } = await open(more);
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const { paths: _paths, ...broken } = document;
    expect((await new Validator().validate({ ...broken, paths: [] })).valid).toBe(false);
  });

  it('names every route that is mounted, and no other', async () => {
    const { app, document } = await open(more);
    const mounted = app.routes.filter(({ method }) => method !== 'ALL');
    const named = operationsOf(document).map(({ method, path }) => `${method} ${path}`);
    const paths = mounted.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    // The document has the methods of one path together.
    expect(paths.toSorted()).toEqual(named.toSorted());
    expect(new Set(operationsOf(document).map(({ operationId }) => operationId)).size).toBe(named.length);
  });

  it('has no route that answers without a token, with an unknown one, or with a role that is too small', async () => {
    const { ask, document, requests } = await open(more);
    for (const { access, method, operationId, path, responses } of operationsOf(document)) {
      const { path: asked = path, ...init } = requests[operationId] ?? {};
      const statusOf = async (role?: string, given: RequestInit = init) => {
        const { status } = await ask(asked, { method, ...given }, role);
        expect(Object.keys(responses)).toContain(String(status));
        return status;
      };
      if (access === 'anyone') {
        expect([operationId, await statusOf()]).toEqual([operationId, 200]);
        continue;
      }
      if (access === 'signature') {
        // Not even an administrator's token stands for a signature.
        for (const role of [undefined, 'admin'])
          expect([operationId, await statusOf(role, { body: '{}' })]).toEqual([operationId, 401]);
        continue;
      }
      expect([operationId, await statusOf()]).toEqual([operationId, 401]);
      expect([operationId, await statusOf('nobody')]).toEqual([operationId, 401]);
      for (const role of roles.filter((each) => whoMay[access]?.includes(each) !== true))
        expect([operationId, role, await statusOf(role)]).toEqual([operationId, role, 403]);
    }
  });

  it('says of every route what it answers to those who may', async () => {
    const { ask, document, requests, routes } = await open(more);
    for (const { access, method, operationId, path } of operationsOf(document)) {
      const request = requests[operationId];
      if (request === undefined) throw new Error(`give ${operationId} a request that succeeds`);
      const { path: asked = path, ...init } = request;
      const [success] = Object.entries(
        routes.find((route) => route.operationId === operationId)?.answers ?? {},
      );
      for (const role of whoMay[access] ?? [undefined]) {
        const response = await ask(asked, { method, ...init }, role);
        expect([operationId, String(response.status)]).toEqual([operationId, success?.[0]]);
        expect(response.headers.get('content-type')).toContain(success?.[1].mediaType ?? 'application/json');
        const schema = success?.[1].schema;
        if (schema !== undefined)
          expect(schema.safeParse(await response.json())).toMatchObject({ success: true });
      }
    }
  });
});

describe('default-deny', () => {
  it('refuses a handler that the table does not know, whoever asks', async () => {
    const { ask } = await open({}, (app) => {
      app.get('/incidents-of-all', (context) => context.text('secret'));
      app.all('/metrics', (context) => context.text('secret'));
    });
    expect((await ask('/incidents-of-all')).status).toBe(401);
    expect((await ask('/incidents-of-all', {}, 'admin')).status).toBe(404);
    expect((await ask('/metrics', { method: 'DELETE' }, 'admin')).status).toBe(404);
    expect((await ask('/incidents/', {}, 'webhook')).status).toBe(404);
  });

  it.each([
    ['/incidents/inc-1/../../metrics'],
    ['//incidents'],
    ['/%69ncidents'],
    ['/Incidents'],
    ['/healthz/incidents'],
    ['/healthz;/incidents'],
  ])('gives nothing to %s without a token', async (path) => {
    const { ask } = await open();
    expect((await ask(path)).status).toBe(401);
  });

  it('keeps people and senders apart where only one side has a token', async () => {
    const local =
      (tokens: HttpAppOptions['tokens']) =>
      async (path: string, method = 'GET') => {
        const { app } = await open({ tokens });
        return (
          await app.request(`http://localhost${path}`, { method, body: method === 'GET' ? null : '{}' })
        ).status;
      };
    const onlySenders = local([{ role: 'webhook', token: tokenOf('webhook') }]);
    expect(await onlySenders('/webhooks/generic', 'POST')).toBe(401);
    expect(await onlySenders('/incidents')).toBe(200);
    const onlyViewers = local([{ role: 'viewer', token: tokenOf('viewer') }]);
    expect(await onlyViewers('/incidents')).toBe(401);
    expect(await onlyViewers('/webhooks/generic', 'POST')).toBe(400);
    // A responder may send: there is a token for both sides.
    const onlyResponders = local([{ role: 'responder', token: tokenOf('responder') }]);
    expect(await onlyResponders('/webhooks/generic', 'POST')).toBe(401);
    expect(await onlyResponders('/incidents')).toBe(401);
  });

  it('takes any token of a role, so that one can be replaced', async () => {
    const tokens = ['old', 'new'].map((name) => ({ role: 'viewer' as const, token: tokenOf(name) }));
    const { ask } = await open({ tokens: [...tokens, { role: 'viewer', token: tokenOf('viewer') }] });
    for (const name of ['old', 'new']) expect((await ask('/incidents', {}, name)).status).toBe(200);
  });

  it('lets one token with two roles do what either may', async () => {
    const token = tokenOf('both');
    const { ask } = await open({
      tokens: [
        { role: 'webhook', token },
        { role: 'viewer', token },
        { role: 'viewer', token: tokenOf('viewer') },
      ],
    });
    expect((await ask('/incidents', {}, 'both')).status).toBe(200);
    expect((await ask('/changes', { method: 'POST', body: '[]' }, 'both')).status).toBe(202);
    expect((await ask('/nowhere', {}, 'both')).status).toBe(404);
  });
});
