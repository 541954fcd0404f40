import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { evaluationData } from '@midwatch/vitest-preset/real';
import { expect, it } from 'vitest';
import { groupLines } from './group-lines.js';

/** Fields in quotes may hold commas, doubled quotes and line ends. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\r?\n|$)/g)) {
    const row = rows.at(-1);
    const field = quoted?.replaceAll('""', '"') ?? plain;
    if (row === undefined || row.at(-1) === '\n') rows.push([field]);
    else row.push(field);
    if (end !== ',') rows.at(-1)?.push('\n');
  }
  return rows.map((row) => row.slice(0, -1)).filter((row) => row.length > 1);
}

/** The share of lines whose group holds exactly the lines of their true group. */
function groupingAccuracy(contents: readonly string[], events: readonly string[]): number {
  const linesOfEvent = new Map<string, number>();
  for (const event of events) linesOfEvent.set(event, (linesOfEvent.get(event) ?? 0) + 1);
  let right = 0;
  for (const { lines } of groupLines(contents)) {
    const truth = new Set(lines.map((line) => events[line] ?? ''));
    const [event = ''] = truth;
    if (truth.size === 1 && linesOfEvent.get(event) === lines.length) right += lines.length;
  }
  return right / contents.length;
}

evaluationData((folder) => {
  it('groups log lines by statement: mean accuracy at least 0.96, one configuration for all', () => {
    const corpora = join(folder, 'loghub-dev');
    const accuracies = readdirSync(corpora).map((file) => {
      const [head = [], ...rows] = readCsv(gunzipSync(readFileSync(join(corpora, file))).toString());
      const column = (name: string) => rows.map((row) => row[head.indexOf(name)] ?? '');
      return groupingAccuracy(column('Content'), column('EventId'));
    });
    expect(accuracies.length).toBeGreaterThan(0);
    expect(accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length).toBeGreaterThan(0.96);
    expect(Math.min(...accuracies)).toBeGreaterThan(0.7);
  });
});
