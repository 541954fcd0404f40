import type { Evidence, Finding } from '@midwatch/core/incident';
import { findQuantities, findVersions, type Quantity } from './quantities.js';

/** What may be said about findings: their numbers in base units, and their texts. */
export interface Facts {
  readonly quantities: readonly Quantity[];
  readonly text: string;
}

/** Numbers beyond this in one finding are series, not statements. */
const mostNumbers = 400;

export function toFacts(findings: readonly Finding[], evidence: Evidence): Facts {
  const quantities: Quantity[] = [];
  const texts: string[] = [];
  for (const finding of findings) {
    const { statement } = finding;
    texts.push(JSON.stringify(finding));
    quantities.push(...findQuantities(statement));
    addNumbers(quantities, finding, unitOf(finding), '');
    if (finding.onsetMs !== undefined) quantities.push(...gaps(finding.onsetMs, evidence));
    if (finding.kind === 'change' && finding.beforeOnsetMs !== undefined) {
      quantities.push(exactly('time', Math.abs(finding.beforeOnsetMs) / 1000));
    }
    // What stands quoted in a finding may be quoted again: a raw line, a changed value.
    for (const text of quotedTexts(finding)) quantities.push(...findQuantities(text));
  }
  return { quantities, text: texts.join('\n') };
}

function exactly(dimension: Quantity['dimension'], value: number): Quantity {
  return { dimension, value, tolerance: 0, text: String(value) };
}

/** How long before the end of the window, and after its start, something began. */
function gaps(onsetMs: number, { window }: Evidence): readonly Quantity[] {
  return [
    exactly('time', (window.endMs - onsetMs) / 1000),
    exactly('time', (onsetMs - window.startMs) / 1000),
  ];
}

function quotedTexts(finding: Finding): readonly string[] {
  switch (finding.kind) {
    case 'log-pattern':
      return [finding.example, finding.template];
    case 'change':
      return finding.changes.flatMap(({ before, after }) => [before ?? '', after ?? '']);
    case 'cluster-event':
      return [finding.title];
    default:
      return [];
  }
}

type UnitOfKey = (key: string) => readonly [Quantity['dimension'], number];

/** A number's field says its unit: `p99Ms` is milliseconds, a shift's `before` is in the shift's unit. */
function unitOf(finding: Finding): UnitOfKey {
  const unit = finding.kind === 'metric-shift' ? finding.unit : '';
  const role = finding.kind === 'metric-shift' ? finding.role : undefined;
  return (key) => {
    if (key.endsWith('Ms')) return ['time', 1e-3];
    if (unit === 's') return ['time', 1];
    if (unit === 'ms') return ['time', 1e-3];
    if (unit === 'By') return ['bytes', 1];
    return role === 'error.ratio' ? ['share', 1] : ['plain', 1];
  };
}

function addNumbers(quantities: Quantity[], value: unknown, unit: UnitOfKey, key: string, depth = 0): void {
  if (quantities.length > mostNumbers || depth > 5) return;
  if (typeof value === 'number' && Number.isFinite(value)) {
    const [dimension, factor] = unit(key);
    quantities.push(exactly(dimension, value * factor));
    // A share may be said as a plain number, and a ratio of a metric without a role as per cent.
    if (dimension === 'share') quantities.push(exactly('plain', value));
    else if (dimension === 'plain' && value >= 0 && value <= 1) quantities.push(exactly('share', value));
    return;
  }
  if (typeof value !== 'object' || value === null || key === 'points') return;
  for (const [name, item] of Object.entries(value)) {
    addNumbers(quantities, item, unit, Array.isArray(value) ? key : name, depth + 1);
  }
}

/** Counts up to this are said of anything: "two of three", "1 service". */
const smallCount = 5;

/** The numbers and versions of a text that stand in none of the findings it rests on. */
export function findUncovered(text: string, facts: Facts): readonly string[] {
  const versions = findVersions(text);
  const uncovered = versions.filter((version) => !facts.text.includes(version));
  let rest = text;
  for (const version of versions) rest = rest.replaceAll(version, ' ');
  for (const quantity of findQuantities(rest)) if (!isCovered(quantity, facts)) uncovered.push(quantity.text);
  return uncovered;
}

function isCovered(said: Quantity, { quantities }: Facts): boolean {
  if (said.dimension === 'plain' && Number.isInteger(said.value) && said.value <= smallCount) return true;
  return quantities.some(
    (known) =>
      known.dimension === said.dimension &&
      // Rounded as it is written, or to the three digits that people remember.
      Math.abs(known.value - said.value) <=
        Math.max(said.tolerance, known.tolerance, 0.005 * Math.abs(known.value)) + 1e-12,
  );
}
