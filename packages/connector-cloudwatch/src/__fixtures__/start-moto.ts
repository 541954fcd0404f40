import { type ChildProcess, spawn } from 'node:child_process';
import { findFreePort } from '@midwatch/vitest-preset/free-port';
import { AwsClient } from 'aws4fetch';

export interface Moto {
  readonly baseUrl: string;
  /** Any operation of AWS, to put there what is to be read. */
  put(service: 'logs' | 'monitoring', operation: string, body: unknown): Promise<void>;
  stop(): Promise<void>;
}

export const motoCredentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

const wires = {
  logs: { target: 'Logs_20140328', type: 'application/x-amz-json-1.1' },
  monitoring: { target: 'GraniteServiceVersion20100801', type: 'application/x-amz-json-1.0' },
};

export async function startMoto(binary: string, region: string): Promise<Moto> {
  const port = await findFreePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const server: ChildProcess = spawn(binary, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const deadlineAtMs = Date.now() + 40_000;
  for (;;) {
    const answer = await fetch(baseUrl).catch(() => undefined);
    if (answer !== undefined) break;
    if (Date.now() > deadlineAtMs) throw new Error('moto did not answer within 40 s');
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  return {
    baseUrl,
    async put(service, operation, body) {
      const { target, type } = wires[service];
      const client = new AwsClient({ ...motoCredentials, service, region, retries: 0 });
      const headers = { 'content-type': type, 'x-amz-target': `${target}.${operation}` };
      const response = await client.fetch(`${baseUrl}/`, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
    },
    async stop() {
      if (server.exitCode !== null) return;
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await gone;
    },
  };
}
