import * as z from 'zod';
import { metadataSchema, timeSchema } from './object-schema.js';

/** https://fluxcd.io/flux/components/helm/helmreleases/#history: newest first, back to the release before that succeeded. */
export const helmReleaseSchema = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      suspend: z.boolean().nullish(),
      driftDetection: z.object({ mode: z.string().nullish() }).nullish(),
    })
    .nullish(),
  status: z
    .object({
      history: z
        .array(
          z.object({
            version: z.number().int(),
            status: z.string().nullish(),
            chartName: z.string().nullish(),
            chartVersion: z.string().nullish(),
            appVersion: z.string().nullish(),
            configDigest: z.string().nullish(),
            lastDeployed: timeSchema,
          }),
        )
        .nullish(),
    })
    .nullish(),
});
export type HelmRelease = z.infer<typeof helmReleaseSchema>;

/** https://fluxcd.io/flux/components/kustomize/kustomizations/#history: newest first, five at most, one for each digest and status. */
export const kustomizationSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ suspend: z.boolean().nullish() }).nullish(),
  status: z
    .object({
      inventory: z.object({ entries: z.array(z.object({ id: z.string() })).nullish() }).nullish(),
      history: z
        .array(
          z.object({
            digest: z.string().nullish(),
            firstReconciled: timeSchema,
            lastReconciled: timeSchema,
            lastReconciledStatus: z.string().nullish(),
            metadata: z.record(z.string(), z.string()).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
export type Kustomization = z.infer<typeof kustomizationSchema>;
