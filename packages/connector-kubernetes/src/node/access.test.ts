import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { querySignals } from '@midwatch/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetesConnector } from '../index.js';
import {
  authority,
  clientCertificate,
  clientKey,
  serverCertificate,
  serverKey,
} from './__fixtures__/certificates.js';
import { readInCluster, readKubeconfig } from './index.js';
import { createTlsFetch } from './tls-fetch.js';

/** A real server on loopback with a private authority, which says who asks. */
let server: Server;
let baseUrl = '';
const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  const options = {
    cert: serverCertificate,
    key: serverKey,
    ca: authority,
    requestCert: true,
    rejectUnauthorized: false,
  };
  server = createServer(options, (request, response) => {
    const client = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
    if (request.url === '/moved') return void response.writeHead(302, { location: '/elsewhere' }).end();
    if (request.url === '/hang') return;
    const { authorization, 'user-agent': agent } = request.headers;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ items: [], client, authorization, agent, url: request.url, method: request.method }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const kubeconfig = (cluster: string, user: string) => `apiVersion: v1
kind: Config
current-context: here
contexts:
- context:
    cluster: c
    user: u
  name: here
clusters:
- cluster:
    server: ${baseUrl}
${cluster}
  name: c
users:
- name: u
  user:
${user}
`;
const trusted = () => `    certificate-authority-data: ${base64(authority)}`;

describe('a fetch that trusts the authority of the cluster', () => {
  it('is answered, and shows its certificate', async () => {
    const fetch = createTlsFetch({ ca: authority, cert: clientCertificate, key: clientKey });
    const response = await fetch(`${baseUrl}/x?y=1`, { headers: { authorization: 'Bearer t' } });
    expect(await response.json()).toMatchObject({
      client: 'client',
      authorization: 'Bearer t',
      url: '/x?y=1',
      method: 'GET',
    });
  });

  it('refuses a server of another authority, with the reason and without the address', async () => {
    const connector = createKubernetesConnector({ baseUrl, token: 'hidden', fetch: createTlsFetch({}) });
    const failing = querySignals(connector, 'deploys', { target: {}, last: '1h' }, { redact: 'none' });
    await expect(failing).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/\([A-Z_]{3,40}\)$/) as string,
    });
  });

  it('follows no redirect, and ends with its signal', async () => {
    const fetch = createTlsFetch({ ca: authority });
    expect((await fetch(`${baseUrl}/moved`)).status).toBe(302);
    await expect(fetch(`${baseUrl}/hang`, { signal: AbortSignal.timeout(50) })).rejects.toThrow(
      'fetch failed',
    );
    await expect(fetch(baseUrl, { signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow(
      'given up',
    );
  });
});

describe('a kubeconfig', () => {
  const ask = async (path: string) => {
    const access = await readKubeconfig({ path });
    expect(access.baseUrl).toBe(baseUrl);
    return (await (await access.fetch(`${baseUrl}/who`)).json()) as { client?: string };
  };

  it('with a token, and the authority inside', async () => {
    const access = await readKubeconfig({ path: write('token', kubeconfig(trusted(), '    token: abc')) });
    expect(access.token).toBe('abc');
    const batch = querySignals(
      createKubernetesConnector(access),
      'incidents',
      { target: {}, last: '1h' },
      { redact: 'none' },
    );
    expect((await batch).signals).toEqual([]);
  });

  it('with a client certificate inside, or in files beside it', async () => {
    const inside = `    client-certificate-data: ${base64(clientCertificate)}\n    client-key-data: ${base64(clientKey)}`;
    expect((await ask(write('inside', kubeconfig(trusted(), inside)))).client).toBe('client');
    write('ca.crt', authority);
    write('me.crt', clientCertificate);
    write('me.key', clientKey);
    const beside = kubeconfig(
      '    certificate-authority: ca.crt',
      '    client-certificate: me.crt\n    client-key: ./me.key',
    );
    expect((await ask(write('beside', beside))).client).toBe('client');
  });

  it('with a token file is read again on every call', async () => {
    write('rotating', 'one\n');
    const { token } = await readKubeconfig({
      path: write('file', kubeconfig(trusted(), '    tokenFile: rotating')),
    });
    const read = token as () => Promise<string>;
    expect(await read()).toBe('one');
    write('rotating', 'two\n');
    expect(await read()).toBe('two');
  });

  it('as JSON, and by the name of a context', async () => {
    const json = {
      contexts: [{ name: 'x', context: { cluster: 'c' } }],
      clusters: [{ name: 'c', cluster: { server: baseUrl } }],
    };
    const path = write('json', JSON.stringify(json));
    expect(await readKubeconfig({ path, context: 'x' })).toMatchObject({ baseUrl });
    await expect(readKubeconfig({ path, context: 'constructor' })).rejects.toThrow('no usable context');
  });

  it.each([
    [
      'a program that signs in',
      '',
      '    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: aws',
      'signs in through a program',
    ],
    ['an auth provider', '', '    auth-provider:\n      name: gcp', 'signs in through a program'],
    [
      'no check of the certificate',
      '    insecure-skip-tls-verify: true',
      '    token: hidden',
      'insecure-skip-tls-verify',
    ],
    ['a proxy', '    proxy-url: http://proxy.example', '    token: hidden', 'proxy-url'],
    ['half a certificate', '', '    client-key-data: aGlkZGVu', 'without its key'],
    [
      'a file that is not there',
      '    certificate-authority: nowhere.crt',
      '    token: hidden',
      'cannot be read',
    ],
    ['YAML that is not read', '    server2: *hidden', '    token: hidden', 'kubectl config view'],
  ])('with %s is refused with what to do, and nothing of the file', async (_, cluster, user, message) => {
    const failing = readKubeconfig({ path: write('refused', kubeconfig(cluster, user)) });
    await expect(failing).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(message) as string,
    });
    await expect(failing).rejects.not.toThrow('hidden');
  });
});

describe('in a pod', () => {
  it('the mounted account, whose token is read on every call', async () => {
    write('ca.crt', authority);
    write('token', 'first\n');
    const access = await readInCluster({ folder });
    expect(access.baseUrl).toBe('https://kubernetes.default.svc');
    write('token', 'second\n');
    expect(await (access.token as () => Promise<string>)()).toBe('second');
  });

  it('without one it says so', async () => {
    await expect(readInCluster({ folder: join(folder, 'nothing') })).rejects.toMatchObject({
      code: 'config',
    });
  });
});
