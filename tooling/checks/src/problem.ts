/** One broken rule: where it is and what to do about it. */
export interface Problem {
  file: string;
  /** Counted from 1; 1 where the whole file is meant. */
  line: number;
  rule: string;
  message: string;
}

/** `file:line rule: message`, which editors and terminals make a link of. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line} ${problem.rule}: ${problem.message}`;
}
