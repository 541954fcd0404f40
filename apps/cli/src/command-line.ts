import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

type OptionsConfig = NonNullable<ParseArgsConfig['options']>;

/** `parseArgs` of Node, with its errors as ours and the number of positional arguments checked. */
export function parseCommandLine<Options extends OptionsConfig>(
  args: readonly string[],
  options: Options,
  positionals: readonly string[] = [],
) {
  const parsed = parse(args, options);
  if (parsed.positionals.length !== positionals.length) {
    const expected = positionals.length === 0 ? 'no argument' : positionals.join(' ');
    const given = parsed.positionals.length === 0 ? 'none' : parsed.positionals.join(' ');
    throw new UsageError(`expected ${expected}, got ${given}; see \`midwatch help\``, 2);
  }
  return parsed;
}

function parse<Options extends OptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 2);
  }
}

/** A whole number from the command line. */
export function parseWholeNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new UsageError(`--${option} takes a whole number from 0 up, got \`${text}\``, 2);
  return Number(text);
}
