import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bundleError, parseJsonFile } from './incident-file.js';

const truthSchema = z.looseObject({ service: z.string().min(1) });

/** What people later found: the service at fault, and whatever else was written down. */
export type BundleTruth = Readonly<z.infer<typeof truthSchema>>;

/** For scoring only: nothing that analyses an incident may open `truth.json`. */
export async function readTruth(folder: string): Promise<BundleTruth> {
  const path = join(folder, 'truth.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw bundleError(path, 'cannot be read: scoring needs it');
  });
  const parsed = truthSchema.safeParse(parseJsonFile(text, path));
  if (!parsed.success) throw bundleError(path, '`service` must be the name of the service at fault');
  return parsed.data;
}
