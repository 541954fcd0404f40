import { type Executor, type RemediationSettings, remediationSettingsSchema } from '@midwatch/remediation';
import * as z from 'zod';

/** What Midwatch may do itself, to which services, behind which gates: see `docs/remediation.md`. */
export interface RemediationConfig extends RemediationSettings {
  /** Each with the id of the connector that sees what it acts on, and with credentials of its own. */
  readonly executors: readonly Executor[];
}

/** Whose decisions count at all. */
const approvers: readonly string[] = ['approver', 'admin'];

const executorSchema = z.custom<Executor>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['id', 'apply', 'planFor', 'readState'].every((name) => name in value),
  'is not an executor: put what `createKubernetesExecutor()` or `createArgoCdExecutor()` gives here',
);

/** Strict, and what could never do anything is said where it is written. */
export const remediationSchema: z.ZodType<RemediationConfig> = z
  .looseObject({ executors: z.array(executorSchema).min(1, 'is empty: nothing could be done') })
  .superRefine(({ executors, ...settings }, context) => {
    const report = (path: readonly PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    const ids = executors.map(({ id }) => id);
    const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
    if (twice !== -1) report(['executors', twice], 'has the id of another executor; give one another `id`');
    const parsed = remediationSettingsSchema.safeParse(settings);
    if (!parsed.success) {
      for (const { message, path } of parsed.error.issues) report(path, message);
      return;
    }
    for (const [name, service] of Object.entries(parsed.data.services)) {
      const { approverRoles = [], isAutomatic, isOn, safeActions = [] } = service;
      const unknown = approverRoles.findIndex((role) => !approvers.includes(role));
      if (unknown !== -1)
        report(
          ['services', name, 'approverRoles', unknown],
          'must be `approver` or `admin`: nobody else can agree',
        );
      if (isOn !== true) continue;
      if (safeActions.length === 0)
        report(
          ['services', name, 'safeActions'],
          'is empty, so that nothing could be done: list `rollback`, ...',
        );
      if (approverRoles.length === 0 && isAutomatic !== true)
        report(
          ['services', name, 'approverRoles'],
          "is empty, so that nobody could agree: list `'approver'`",
        );
    }
  }) as unknown as z.ZodType<RemediationConfig>;

/** An executor acts only on what the connector of its id has seen. The place and what is amiss there. */
export function findUnseen(
  { executors }: Pick<RemediationConfig, 'executors'>,
  connectorIds: readonly string[],
): string | undefined {
  const unseen = executors.find(({ id }) => !connectorIds.includes(id));
  return unseen === undefined
    ? undefined
    : `\`remediation.executors\`: no connector has the id \`${unseen.id}\`, and an executor acts only on what the connector of ` +
        'its id has seen; give both the same `id`';
}
