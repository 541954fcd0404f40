import { createOtlpFileConnector } from '@midwatch/connector-otlp-file';

interface Bucket {
  get(key: string): Promise<{ readonly body: ReadableStream<Uint8Array> } | null>;
}

export function openIncident(bucket: Bucket, key: string) {
  const open = async (name: string) => {
    const object = await bucket.get(`${key}/${name}`);
    if (object === null) throw new TypeError(`${name} is not stored`);
    return object.body;
  };
  return createOtlpFileConnector({
    logs: () => open('logs.jsonl.gz'),
    traces: { name: 'spans.jsonl.gz', open: () => open('spans.jsonl.gz') },
  });
}
