import * as z from 'zod';

/** https://www.jaegertracing.io/docs/latest/architecture/apis/: the same error for a bad query and for "No traces found". */
const v3ErrorSchema = z.object({
  error: z.object({ httpCode: z.number().nullish(), message: z.string().nullish() }),
});

/** OTLP, all traces of a search merged into one list; the spans are read by core's decoder. */
export const v3TracesSchema = z.union([
  z.object({ result: z.object({ resourceSpans: z.array(z.unknown()).nullish() }) }),
  v3ErrorSchema,
]);
export type V3Traces = z.infer<typeof v3TracesSchema>;

export const v3ServicesSchema = z.union([
  z.object({ services: z.array(z.string()).nullish() }),
  v3ErrorSchema,
]);

const legacyErrorsSchema = z.array(z.object({ code: z.number().nullish() })).nullish();

/** The API of the old user interface: `data` is null beside an error. */
export const legacyTracesSchema = z.object({
  data: z
    .array(
      z.object({
        traceID: z.string(),
        spans: z.array(z.unknown()).nullish(),
        processes: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .nullable(),
  errors: legacyErrorsSchema,
});
export type LegacyTraces = z.infer<typeof legacyTracesSchema>;
export type LegacyTrace = NonNullable<LegacyTraces['data']>[number];

export const legacyServicesSchema = z.object({
  data: z.array(z.string()).nullable(),
  errors: legacyErrorsSchema,
});
