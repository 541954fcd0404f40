import type { Evidence, Finding } from '@midwatch/core/incident';
import { renderFinding } from './finding-text.js';

export interface ChosenFindings {
  /** Rendered text by finding id. */
  readonly texts: ReadonlyMap<string, string>;
  readonly omittedIds: readonly string[];
  readonly leftBytes: number;
}

/**
 * Fills the budget by value instead of cutting the tail: every finding of the first suspect and two of each of the next two
 * are in at least as a stub, then they grow, then the others come in by strength, whole or as a sentence.
 */
export function chooseFindings({ findings, suspects }: Evidence, budgetBytes: number): ChosenFindings {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const required = new Set(
    [
      ...(suspects[0]?.findingIds ?? []),
      ...suspects.slice(1, 3).flatMap(({ findingIds }) => findingIds.slice(0, 2)),
    ].filter((id) => byId.has(id)),
  );
  const others = findings
    .filter(({ id }) => !required.has(id))
    .sort((one, other) => other.strength - one.strength);
  const inOrder = [
    ...[...required].map((id) => byId.get(id)).filter((found) => found !== undefined),
    ...others,
  ];

  const texts = new Map<string, string>();
  let leftBytes = budgetBytes;
  const grow = (finding: Finding, level: 0 | 1 | 2) => {
    const text = renderFinding(finding)[level];
    const before = texts.get(finding.id);
    const cost = lineBytes(text) - (before === undefined ? 0 : lineBytes(before));
    if (cost > leftBytes) return;
    texts.set(finding.id, text);
    leftBytes -= cost;
  };
  const wanted = inOrder.slice(0, required.size);
  for (const level of [2, 1, 0] as const) for (const finding of wanted) grow(finding, level);
  for (const level of [1, 0] as const) for (const finding of others) grow(finding, level);
  return { texts, leftBytes, omittedIds: findings.map(({ id }) => id).filter((id) => !texts.has(id)) };
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** What a line adds to a request, where it stands inside of JSON: with its escapes and its line break. */
export function lineBytes(text: string): number {
  return byteLength(JSON.stringify(text));
}
