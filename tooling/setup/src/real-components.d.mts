/** Where programs from Python packages are put. */
export const pythonFolder: string;
export const realComponents: Readonly<
  Record<string, { binary: string; debianPackage?: string; pythonPackages?: readonly string[] }>
>;
/** What is to be installed for it, in words. */
export function needOf(name: string): string;
/** Its absolute path; undefined when it is not installed. */
export function findProgram(binary: string): string | undefined;
/** Those that are installed, with their size: part of the tests' cache key. */
export function presentComponents(): string;
