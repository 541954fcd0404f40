import type { Redactor } from '@midwatch/core/incident';
import { FINDERS } from './finders.js';
import { createPatternSearch, type Pattern, type Search } from './pattern-search.js';
import { isKeyLine } from './private-key.js';
import { mergeSpans, replaceSpans, type Span } from './replace.js';
import { createAnchorTable, scan } from './scan.js';
import { BARRIER, CATEGORY_NAME, toToken } from './token.js';
import { toPlainView, toUnfoldedView, type View } from './view.js';

export interface RedactorOptions {
  /**
   * What else to take out, by category: customer numbers, or a secret that you know. A string is searched for as it is
   * written. A regular expression is run on every text, so it must be linear. Names are `[a-z][a-z0-9-]*`, at most 40
   * characters.
   */
  readonly additionalPatterns?: Readonly<Record<string, Pattern>>;
  /** What stays although it looks like a secret: exact texts, such as the address of a mailing list. */
  readonly keep?: readonly string[];
}

export interface RedactionResult {
  readonly text: string;
  /** How many stretches were taken out, by category. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Takes secrets and personal data out of telemetry. Pure; the same text always gives the same answer. */
export interface TelemetryRedactor extends Redactor {
  redactWithCounts(text: string): RedactionResult;
}

/** Taking one secret out can bring another one to light, at its border. Texts that go on so are withheld. */
const MAX_PASSES = 6;
const UNSETTLED = 'unsettled';
/** Labels and their values come again with each alert: what was found to hold nothing is not searched again. */
const MAX_CLEAN_TEXTS = 4_000;
const MAX_CLEAN_LENGTH = 256;

/**
 * Creates the redactor that stands between telemetry and everything else. What it takes out becomes
 * `[redacted:<category>]`; redacting twice changes nothing more.
 */
export function createRedactor(options: RedactorOptions = {}): TelemetryRedactor {
  const table = createAnchorTable(FINDERS);
  const searches = Object.entries(options.additionalPatterns ?? {}).map(([category, pattern]) => {
    if (!CATEGORY_NAME.test(category))
      throw new TypeError(`\`additionalPatterns\`: "${category}" is no category name`);
    return createPatternSearch(category, pattern);
  });
  const kept = new Set(options.keep);

  /** Of the last ones; no text that something was taken out of. */
  const cleanTexts = new Set<string>();

  function remember(text: string): void {
    if (text.length > MAX_CLEAN_LENGTH) return;
    if (cleanTexts.size >= MAX_CLEAN_TEXTS) cleanTexts.clear();
    cleanTexts.add(text);
  }

  function redactWithCounts(text: string): RedactionResult {
    if (cleanTexts.has(text)) return { text, counts: {} };
    const counts = new Map<string, number>();
    let current = text;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const spans = findSpans(current, table, searches, kept);
      if (spans.length === 0) {
        if (pass === 0) remember(text);
        return { text: current, counts: Object.fromEntries(counts) };
      }
      for (const span of spans) counts.set(span.category, (counts.get(span.category) ?? 0) + 1);
      current = replaceSpans(current, spans);
    }
    return { text: toToken(UNSETTLED), counts: { [UNSETTLED]: 1 } };
  }

  return { redact: (text) => redactWithCounts(text).text, redactWithCounts };
}

function findSpans(
  text: string,
  table: ReturnType<typeof createAnchorTable>,
  searches: readonly Search[],
  kept: ReadonlySet<string>,
): Span[] {
  if (isKeyLine(text)) return [{ start: 0, end: text.length, category: 'private-key' }];
  const spans: Span[] = [];
  const collect = (view: View): void => {
    const report = (category: string, start: number, end: number): void => {
      if (isOnlyTokens(view.text.slice(start, end))) return;
      const [originalStart, originalEnd] = view.toOriginal(start, end);
      if (kept.size > 0 && kept.has(text.slice(originalStart, originalEnd))) return;
      spans.push({ start: originalStart, end: originalEnd, category });
    };
    scan(view.text, table, report);
    for (const search of searches) search(view.text, report);
  };
  collect(toPlainView(text));
  const unfolded = toUnfoldedView(text);
  if (unfolded) collect(unfolded);
  return spans.length === 0 ? spans : mergeSpans(spans);
}

function isOnlyTokens(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== BARRIER) return false;
  return true;
}
