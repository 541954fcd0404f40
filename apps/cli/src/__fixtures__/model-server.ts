import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it was asked, and what it answers. */
export interface AskedModel {
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
}

const servers: Server[] = [];

/** A server that stands for Claude and keeps what it was asked. */
export async function listenAsModel(answer: (asked: AskedModel) => { readonly status: number; readonly body: unknown }) {
  const asked: AskedModel[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let text = '';
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const question = JSON.parse(text) as AskedModel;
      asked.push(question);
      const { status, body } = answer(question);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function closeModels(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A message of the API with this answer in it. */
export function toMessage(answer: object, model = 'claude-haiku-5-5') {
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model },
    content: [{ type: 'text', text: JSON.stringify(answer) }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 2000, output_tokens: 300 },
  };
}
