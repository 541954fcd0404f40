import type { SlackControl } from './interactivity/slack-buttons.js';

/** https://docs.slack.dev/reference/block-kit/blocks/section-block */
const MAX_SECTION = 3000;
/** Room for the line that says what was left out. */
const MORE_ROOM = 40;

/** One part of the message. Every text in it is escaped already and is shown whole or not at all. */
export interface Part {
  readonly title: string;
  /** Each line as alternatives, the fullest first: the first one that fits is taken. */
  readonly lines: readonly (readonly string[])[];
  /** What the part may always use; what an earlier part left over comes on top. */
  readonly share: number;
  /** Lines that this message leaves to another one; they are counted with what did not fit. @default 0 */
  readonly elsewhere?: number;
  /** Pressed below it; they go when it has to. @default none */
  readonly controls?: readonly SlackControl[];
}

/**
 * Slack refuses a message whose blocks hold too much text together (undocumented, about 13,200 characters). Parts are
 * written in the order of their importance; since each keeps within its share and what was left over before it, the sum
 * never exceeds the sum of shares. A part that is longer than a section goes on in the next one.
 */
export function createSectionBudget(): (part: Part) => readonly string[] {
  let spare = 0;
  return ({ title, lines, share, elsewhere = 0 }) => {
    const room = share + spare;
    const sections = [title === '' ? '' : `*${title}*`];
    let used = sections[0]?.length ?? 0;
    let shown = 0;
    const add = (line: string, index = sections.length - 1) => {
      const text = sections[index] ?? '';
      sections[index] = text === '' ? line : `${text}\n${line}`;
      used += sections[index].length - text.length;
    };
    for (const alternatives of lines) {
      const isLast = shown === lines.length - 1;
      const left = room - used - 1 - (isLast && elsewhere === 0 ? 0 : MORE_ROOM);
      const line = alternatives.find((each) => each.length <= Math.min(left, MAX_SECTION - MORE_ROOM));
      if (line === undefined) break;
      const begun = sections.at(-1) ?? '';
      const isFull = begun.length + 1 + line.length > MAX_SECTION - MORE_ROOM;
      add(line, isFull ? sections.length : sections.length - 1);
      shown += 1;
    }
    const missing = lines.length - shown + elsewhere;
    if (shown > 0 && missing > 0) add(`… and ${missing} more${elsewhere > 0 ? ' in the thread' : ''}`);
    spare += share - (shown === 0 ? 0 : used);
    return shown === 0 ? [] : sections;
  };
}
