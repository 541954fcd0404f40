import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { groupLines } from '@midwatch/evidence';
import { parse } from 'csv-parse';
import { parseCommandLine } from '../command-line.js';
import type { Command } from '../run-command.js';
import { UsageError } from '../usage-error.js';

const options = { json: { type: 'boolean' } } as const;

interface Row {
  readonly lineId: number;
  readonly content: string;
}

/** Groups log lines by the statement that printed them, as they stand in the column `Content` of a CSV file. */
export const patternsCommand: Command = async (args, terminal) => {
  const { values, positionals } = parseCommandLine(args, options, ['FILE.csv']);
  const file = resolve(terminal.folder, positionals[0] ?? '');
  const rows = await readRows(file);
  const groups = groupLines(rows.map(({ content }) => content));
  const named = groups.map(({ template, lines }) => ({
    template,
    ids: lines.map((line) => rows[line]?.lineId ?? line + 1),
  }));
  if (values.json === true) {
    terminal.stdout.write(`${JSON.stringify({ lines: rows.length, groups: named.map(({ ids }) => ids) })}\n`);
    return;
  }
  for (const { template, ids } of [...named].sort((one, other) => other.ids.length - one.ids.length)) {
    terminal.stdout.write(`${String(ids.length).padStart(8)}  ${template}\n`);
  }
};

async function readRows(file: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const source = createReadStream(file);
  const text = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  const parser = parse({ columns: true, relaxColumnCount: true, skipEmptyLines: true, bom: true });
  // An error of the file or of its compression does not travel down a pipe by itself.
  for (const stream of [source, text]) stream.on('error', (error: Error) => parser.destroy(error));
  try {
    for await (const record of text.pipe(parser) as AsyncIterable<Record<string, string>>) {
      const content = record['Content'];
      if (content === undefined)
        throw new UsageError(`${file}: no column \`Content\` in line ${rows.length + 2}`);
      rows.push({ lineId: Number(record['LineId'] ?? rows.length + 1), content });
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return rows;
}
