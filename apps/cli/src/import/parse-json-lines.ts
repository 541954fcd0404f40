import { type ImportProblem, type PastIncident, pastIncidentSchema, sayIssue } from './past-incident.js';

/** One past incident a line; empty lines are passed over. */
export function parseJsonLines(
  file: string,
  text: string,
): { readonly incidents: readonly PastIncident[]; readonly problems: readonly ImportProblem[] } {
  const incidents: PastIncident[] = [];
  const problems: ImportProblem[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    let value: unknown;
    try {
      value = JSON.parse(content);
    } catch {
      problems.push({ file, line, problem: 'it is no JSON' });
      continue;
    }
    const parsed = pastIncidentSchema.safeParse(value);
    if (parsed.success) incidents.push(parsed.data);
    else problems.push({ file, line, problem: sayIssue(parsed.error) });
  }
  return { incidents, problems };
}
