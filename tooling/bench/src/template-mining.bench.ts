// Template mining on one core: lines a second, of few statements and as real programs wrote them, beside `JSON.parse` of
// the same lines as JSON strings in the same process, and what a million lines, made one by one, leave in memory while they are grouped.
import { groupLines } from '@midwatch/evidence';
import { printResult } from './bench-result.ts';
import { recordedLines } from './recorded-lines.ts';
import { sampleLines } from './sample-lines.ts';

const LINES = 200_000;
const MANY = 1_000_000;
const ROUNDS = 7;
const MEBIBYTE = 2 ** 20;

measure('template-mining', [...sampleLines(LINES)]);
const recorded = recordedLines(MANY);
if (recorded.length === 0) process.stderr.write('template-mining: no log corpora in ../shared/eval\n');
else measure('template-mining.recorded', recorded);

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

/** Lines a second, and the time over that of `JSON.parse` of the same lines. */
function measure(name: string, lines: readonly string[]): void {
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
  const unit = 'lines per second';
  const perSecond = (ms: number): number => Math.round(lines.length / (ms / 1000));
  const ratio = round(median(mined) / median(parsed));
  printResult({ name, value: perSecond(median(mined)), unit, ratio });
  printResult({ name: `${name}.json-parse`, value: perSecond(median(parsed)), unit });
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
