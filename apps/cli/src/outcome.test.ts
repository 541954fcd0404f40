import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createCapture } from './__fixtures__/small-bundle.js';
import { runCommand } from './run-command.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that answers this, and keeps what it was sent. */
async function serve(status: number, answer: unknown) {
  const requests: { url: string | undefined; token: string | undefined; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      requests.push({ url: request.url, token: request.headers.authorization, body: JSON.parse(text) });
      response.writeHead(status, { location: 'http://127.0.0.1:1/' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function run(server: string, ...argv: readonly string[]) {
  const { terminal, written } = createCapture('/');
  const environment = { MIDWATCH_TOKEN: 'a-token-for-tests', MIDWATCH_SERVER: server };
  const exitCode = await runCommand(['outcome', ...argv], { ...terminal, environment });
  return { exitCode, ...written };
}

describe('midwatch outcome', () => {
  it('tells the server, with the true cause, under the path that it is served at', async () => {
    const { requests, url } = await serve(200, { outcome: 'done' });
    const argv = ['inc/1', 'wrong', '--service', 'ledger', '--cause', 'a full disk'];
    expect(await run(`${url}/midwatch`, ...argv)).toMatchObject({
      ...{ exitCode: 0, stdout: 'inc/1 is judged wrong.\n' },
    });
    expect(requests).toEqual([
      {
        url: '/midwatch/incidents/inc%2F1/outcome',
        token: 'Bearer a-token-for-tests',
        body: { judgement: 'wrong', service: 'ledger', cause: 'a full disk', via: 'cli' },
      },
    ]);
  });

  it.each([
    [404, { error: { code: 'no-incident', message: 'no incident has this id' } }, 'no incident has this id'],
    [
      401,
      { error: { code: 'wrong-token', message: 'send a token' } },
      'send a token; MIDWATCH_TOKEN holds it',
    ],
    [200, '<html>', 'answered 200, and is no Midwatch'],
    [302, '', 'does not answer'],
  ])('says why the server refused: %s', async (status, answer, message) => {
    const { requests, url } = await serve(status, answer);
    const { exitCode, stderr } = await run(url, 'inc-1', 'right');
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(stderr).not.toContain('a-token-for-tests');
    expect(requests).toHaveLength(1);
  });

  it.each([
    [['inc-1', 'maybe'], 'right|partly|wrong|unknown'],
    [['inc-1'], 'expected INCIDENT right|partly|wrong|unknown'],
    [['inc-1', 'right', '--server', 'file:///etc'], '--server takes the address'],
  ])('refuses %j before it asks anybody', async (argv, message) => {
    const { requests, url } = await serve(200, { outcome: 'done' });
    const { exitCode, stderr } = await run(url, ...argv);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(requests).toEqual([]);
  });
});
