import * as z from 'zod';

const time = z.string().refine((text) => Date.parse(text) > 0);
const accountSchema = z.object({ login: z.string().nullish(), type: z.string().nullish() });
export type Account = z.infer<typeof accountSchema>;

/** https://docs.github.com/en/rest/deployments/deployments: it has no state; that stands in its statuses. */
const deploymentSchema = z.object({
  // Plain JSON numbers lie below 2^53; a client that makes BigInt of them breaks `JSON.stringify`.
  id: z.number().int(),
  sha: z.string().min(1),
  ref: z.string().nullish(),
  task: z.string().nullish(),
  environment: z.string().nullish(),
  description: z.string().nullish(),
  creator: accountSchema.nullish(),
  created_at: time,
  production_environment: z.boolean().nullish(),
  transient_environment: z.boolean().nullish(),
});
export type Deployment = z.infer<typeof deploymentSchema>;
export const deploymentsSchema = z.array(deploymentSchema);

/** https://docs.github.com/en/rest/deployments/statuses: newest first. */
const statusSchema = z.object({ state: z.string(), created_at: time });
export type DeploymentStatus = z.infer<typeof statusSchema>;
export const statusesSchema = z.array(statusSchema);

const signatureSchema = z.object({ name: z.string().nullish(), date: z.string().nullish() });
const commitSchema = z.object({
  sha: z.string().min(1),
  commit: z
    .object({
      message: z.string().nullish(),
      author: signatureSchema.nullish(),
      committer: signatureSchema.nullish(),
    })
    .nullish(),
  author: accountSchema.nullish(),
});
export type Commit = z.infer<typeof commitSchema>;
/** https://docs.github.com/en/rest/commits/commits#list-commits: newest first. */
export const commitsSchema = z.array(commitSchema);

const changedFileSchema = z.object({
  filename: z.string(),
  /** Of the blob at the head of the comparison. */
  sha: z.string().nullish(),
  status: z.string().nullish(),
  previous_filename: z.string().nullish(),
  /** Absent for binary files and for large ones. */
  patch: z.string().nullish(),
});
export type ChangedFile = z.infer<typeof changedFileSchema>;

/** https://docs.github.com/en/rest/commits/commits#compare-two-commits: commits oldest first, files on page 1 only. */
export const comparisonSchema = z.object({
  status: z.enum(['ahead', 'behind', 'diverged', 'identical']),
  total_commits: z.number(),
  commits: z.array(commitSchema),
  files: z.array(changedFileSchema).nullish(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit */
const pullRequestSchema = z.object({
  number: z.number().int().positive(),
  title: z.string().nullish(),
  user: accountSchema.nullish(),
  merged_at: z.string().nullish(),
});
export type PullRequest = z.infer<typeof pullRequestSchema>;
export const pullRequestsSchema = z.array(pullRequestSchema);

/** https://docs.github.com/en/rest/git/blobs#get-a-blob */
export const blobSchema = z.object({ content: z.string(), encoding: z.string() });

/** https://docs.github.com/en/rest/rate-limit/rate-limit; 404 on a server where limits are off. */
export const rateLimitSchema = z.object({
  resources: z.object({ core: z.object({ remaining: z.number().nullish() }).nullish() }).nullish(),
});
