import { redactOutcome, toFeatures, toWords } from '@midwatch/core';
import type { NewMemory, Redactor } from '@midwatch/core/incident';
import * as z from 'zod';

const name = z.string().trim().min(1).max(200);

/** One past incident. A line of JSON has just this; the front matter and the headings of a post-mortem are read into it. */
export const pastIncidentSchema = z.strictObject({
  /** The service that alerted. */
  service: name,
  namespace: name.exactOptional(),
  /** A day or a time, RFC 3339. */
  date: z.union([z.iso.date(), z.iso.datetime({ offset: true })]),
  /** What it truly was. */
  cause: z.string().trim().min(1).max(20_000),
  /** Whose fault it was, when it is known. */
  causeService: name.exactOptional(),
  /** What was seen: log lines, names of metrics, error texts. */
  signals: z.array(z.string().max(20_000)).max(200).exactOptional(),
  /** Of Midwatch's own ledger. */
  signatures: z.array(z.string().min(1).max(200)).max(40).exactOptional(),
});
export type PastIncident = z.infer<typeof pastIncidentSchema>;

/** What could not be read, and where. */
export interface ImportProblem {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

/** The first thing that is wrong, in words, without a text of the file. */
export function sayIssue({ issues: [issue] }: z.ZodError): string {
  const place = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') return `${issue.keys.length} fields that no past incident has`;
  return `${place === '' ? 'it' : `\`${place}\``} is missing, or none: ${issue?.message ?? 'unknown'}`;
}

/** Redacted, with a key of its content: the same incident again has the same. */
export async function toMemory(incident: PastIncident, redactor: Redactor): Promise<NewMemory> {
  const { causeService, namespace, service } = incident;
  const outcome = redactOutcome(
    { judgement: 'right', by: 'import', via: 'import', service, cause: incident.cause },
    redactor,
  );
  const signatures = (incident.signatures ?? []).map((signature) => redactor.redact(signature));
  const text = redactor.redact([...(incident.signals ?? []), ''].join('\n'));
  const features =
    signatures.length > 0
      ? toFeatures(signatures)
      : { signatures: [], words: toWords(text.trim() === '' ? (outcome.cause ?? '') : text) };
  const memory = {
    atMs: Date.parse(incident.date),
    service: outcome.service ?? service,
    ...(namespace === undefined ? {} : { namespace: redactor.redact(namespace) }),
    ...(causeService === undefined ? {} : { causeService: redactor.redact(causeService) }),
    cause: outcome.cause ?? '',
    ...features,
  };
  return { key: `import-${await digestOf(memory)}`, ...memory };
}

async function digestOf(memory: Omit<NewMemory, 'key'>): Promise<string> {
  const { atMs, cause, causeService, namespace, service, signatures, words } = memory;
  const content = JSON.stringify([atMs, service, namespace, causeService, cause, signatures, words]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content)));
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
