/** One figure. `ratio` compares it with what the benchmark names as its ideal; 1 is as good. */
export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  ratio?: number;
}

/** Prints a figure the way that `pnpm bench` passes on. */
export function printResult(result: BenchResult): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Whether a line of output is such a figure. */
export function isBenchResult(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return (
      typeof value === 'object' &&
      value !== null &&
      'name' in value &&
      typeof value.name === 'string' &&
      'value' in value &&
      typeof value.value === 'number' &&
      'unit' in value &&
      typeof value.unit === 'string' &&
      (!('ratio' in value) || typeof value.ratio === 'number')
    );
  } catch {
    return false;
  }
}
