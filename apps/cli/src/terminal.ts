/** What a command sees of the world outside, so that tests can stand in for it. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths on the command line start here. */
  readonly folder: string;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Colour only for a person: a terminal, unless https://no-color.org or a dumb one says otherwise. */
export function usesColor(output: Output, { environment }: Terminal): boolean {
  return output.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}
