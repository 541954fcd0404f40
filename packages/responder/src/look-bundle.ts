import type { BundleStore, Collection } from '@midwatch/core/incident';

/** The redacted signals of one look, as gzipped JSON: `midwatch.collection` of version 1. */
interface LookBundle {
  readonly type: 'midwatch.collection';
  readonly version: 1;
  readonly collection: Collection;
}

/** Of the JSON before it is packed: what a Worker's memory can hold twice. */
const MAX_TEXT_LENGTH = 48 * 1024 * 1024;

/** Rejects when the bundle is too large or the store fails: an incident goes on without it. */
export async function putBundle(
  bundles: BundleStore,
  key: string,
  collection: Collection,
  nowMs: number,
): Promise<void> {
  const bundle: LookBundle = { type: 'midwatch.collection', version: 1, collection };
  const text = JSON.stringify(bundle);
  if (text.length > MAX_TEXT_LENGTH) throw new RangeError(`the bundle has ${text.length} characters`);
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  await bundles.put(key, new Uint8Array(await new Response(packed).arrayBuffer()), nowMs);
}

/** `undefined` when there is none, or none that this version can read. */
export async function getBundle(bundles: BundleStore, key: string): Promise<Collection | undefined> {
  const packed = await bundles.get(key);
  if (packed === undefined) return undefined;
  const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    const bundle = (await new Response(stream).json()) as Partial<LookBundle> | null;
    return bundle?.type === 'midwatch.collection' && bundle.version === 1 ? bundle.collection : undefined;
  } catch {
    return undefined;
  }
}
