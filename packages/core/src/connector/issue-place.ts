import type * as z from 'zod';

/** What does not fit a schema, and where; a key that does not look like a field's name may be data and is left out. */
export function toIssuePlace(error: z.ZodError): string | undefined {
  const [issue] = error.issues;
  if (issue === undefined) return undefined;
  const steps = issue.path.map((step) =>
    typeof step === 'number' || /^[A-Za-z_]{1,30}$/.test(String(step)) ? String(step) : '*',
  );
  return `at ${steps.join('.') || 'the top'}: ${issue.code}`;
}
