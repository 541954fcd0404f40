// Template mining on one core: lines a second, beside `JSON.parse` of the same lines as JSON strings in the same process,
// and what a million lines, made one by one, leave in memory while they are grouped.
import { groupLines } from '@midwatch/evidence';
import { printResult } from './bench-result.ts';
import { sampleLines } from './sample-lines.ts';

const LINES = 200_000;
const MANY = 1_000_000;
const ROUNDS = 7;
const MEBIBYTE = 2 ** 20;

const lines = [...sampleLines(LINES)];
const encoded = lines.map((line) => JSON.stringify({ body: line }));
const mined: number[] = [];
const parsed: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  mined.push(timed(() => groupLines(lines)));
  parsed.push(
    timed(() => {
      for (const line of encoded) JSON.parse(line);
    }),
  );
}
const perSecond = Math.round(LINES / (median(mined) / 1000));
printResult({
  name: 'template-mining',
  value: perSecond,
  unit: 'lines per second',
  ratio: round(median(mined) / median(parsed)),
});
printResult({
  name: 'template-mining.json-parse',
  value: Math.round(LINES / (median(parsed) / 1000)),
  unit: 'lines per second',
});

globalThis.gc?.();
const before = process.memoryUsage();
let peakHeap = before.heapUsed;
let peakResident = before.rss;
const groups = groupLines(watched());
printResult({
  name: 'template-mining.million-lines.heap',
  value: toMebibytes(peakHeap - before.heapUsed),
  unit: 'MiB',
});
printResult({
  name: 'template-mining.million-lines.resident',
  value: toMebibytes(peakResident - before.rss),
  unit: 'MiB',
});
printResult({ name: 'template-mining.million-lines.groups', value: groups.length, unit: 'groups' });

function* watched(): Generator<string> {
  let count = 0;
  for (const line of sampleLines(MANY)) {
    if (++count % 20_000 === 0) {
      const { heapUsed, rss } = process.memoryUsage();
      peakHeap = Math.max(peakHeap, heapUsed);
      peakResident = Math.max(peakResident, rss);
    }
    yield line;
  }
}

function timed(work: () => unknown): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function toMebibytes(bytes: number): number {
  return Math.round(bytes / MEBIBYTE);
}
