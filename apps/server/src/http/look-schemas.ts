import { analysisSchema, confidences, judgements } from '@midwatch/core/incident';
import * as z from 'zod';

const timeMs = () => z.number().describe('Milliseconds since 1970');
const windowSchema = z.object({ startMs: timeMs(), endMs: timeMs() });

/** What all kinds have; each kind's own fields stand beside them, as `Finding` of @midwatch/core/incident has them. */
const findingSchema = z.looseObject({
  id: z.string(),
  kind: z.enum(['log-pattern', 'metric-shift', 'trace-fault', 'change', 'cluster-event']),
  service: z.string().exactOptional(),
  statement: z.string(),
  strength: z.number(),
  onsetMs: timeMs().exactOptional(),
  signalCount: z.number(),
  queryIds: z.array(z.string()),
});

const suspectSchema = z.object({
  service: z.string(),
  pod: z.string().exactOptional(),
  operation: z.string().exactOptional(),
  changeId: z.string().exactOptional(),
  score: z.number(),
  findingIds: z.array(z.string()),
  victims: z.array(z.string()),
  reason: z.string(),
});

const sourceSchema = z.looseObject({
  connectorId: z.string(),
  kind: z.string(),
  purpose: z.string(),
  state: z.enum(['ok', 'partial', 'empty', 'failed', 'not-asked', 'not-configured']),
  window: windowSchema,
  target: z.string(),
  signalCount: z.number(),
  gaps: z.array(z.looseObject({ reason: z.string() })),
  provenance: z.array(
    z.object({
      queryId: z.string(),
      language: z.string(),
      text: z.string(),
      window: windowSchema,
      url: z.string().exactOptional(),
    }),
  ),
});

const seenBeforeSchema = z.object({
  key: z.string(),
  incidentId: z.string().exactOptional().describe('Absent where it was imported, or is deleted by now'),
  atMs: timeMs(),
  service: z.string().exactOptional().describe('Whose alert it was'),
  causeService: z.string().exactOptional().describe('Whose fault it truly was'),
  cause: z.string().describe('What it truly was, as people told; may be empty'),
  similarity: z.number().describe('From 0 to 1'),
  by: z.enum(['signatures', 'words']).describe('What the likeness rests on'),
  helped: z.number().describe('Later incidents that showed it and had the same cause'),
  misled: z.number().describe('Those that had another'),
  settled: z
    .object({ judgement: z.enum(judgements), by: z.string(), atMs: timeMs() })
    .exactOptional()
    .describe('What people said of its analysis last'),
});

/** One look at an incident: at most 256 KiB. */
export const lookSchema = z.object({
  number: z.number().describe('Which look at the incident'),
  numbers: z.array(z.number()).describe('All that are kept'),
  atMs: timeMs(),
  isPending: z.boolean().describe('A model still reads it'),
  evidence: z.object({
    window: windowSchema,
    baseline: windowSchema,
    baselineName: z.string(),
    onsetMs: timeMs().exactOptional(),
    findings: z.array(findingSchema),
    suspects: z.array(suspectSchema).describe('The likeliest first'),
    callGraph: z.array(z.object({ caller: z.string(), callee: z.string(), calls: z.number() })),
    ceiling: z.object({ confidence: z.enum(confidences), reasons: z.array(z.string()) }),
    read: z.record(z.string(), z.number()),
  }),
  seenBefore: z
    .array(seenBeforeSchema)
    .describe('Past incidents like it, the likest first: to check again, no evidence'),
  sources: z.array(sourceSchema).describe('What was asked, and what became of it'),
  dossier: z.object({
    text: z.string().describe('As the model reads it'),
    estimatedTokens: z.number(),
    citableIds: z.array(z.string()),
    omittedIds: z.array(z.string()),
  }),
  analysis: z.looseObject({
    ...analysisSchema.shape,
    analyzer: z.object({
      name: z.string(),
      model: z.string().exactOptional(),
      promptVersion: z.string().exactOptional(),
    }),
    admission: z.looseObject({ notes: z.array(z.string()) }),
  }),
});
