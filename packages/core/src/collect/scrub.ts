import type { AttributeValue } from '../connector/v1/signal.js';
import type { Redactor } from '../incident/seams.js';

/** Stands where a text could not be redacted: the incident goes on without it. */
export const WITHHELD = '[withheld: redaction failed]';
const REDACTED = '[redacted]';

/** What a service, a pod or a metric may be called; anything else is free text. */
const NAME = /^[\p{L}\p{N}_.:/-]{1,128}$/u;

/** A longer text is cut: no line of a log says more in its second 32,000 characters. */
const MAX_TEXT_LENGTH = 32_000;
/** Read beyond the cut, so that the cut does not leave half a secret that nobody recognises. */
const CUT_MARGIN = 1000;

/** Takes secrets out of the parts of signals. Fail-closed: a redactor that throws, or gives no string, withholds the text. */
export interface Scrub {
  text(value: string): string;
  /** Names stay, so that evidence can join on them; what does not look like one is text. */
  name(value: string): string;
  /** `undefined` when it is not http(s) or holds a secret: half a link leads nowhere. */
  link(value: string): string | undefined;
  /** Judges the value by its (redacted) key, too: `password` beside `hunter2`. */
  value(key: string, value: string): string;
  attributes(values: Readonly<Record<string, AttributeValue>>): Record<string, AttributeValue>;
  /** How many texts have been withheld so far. */
  readonly failures: number;
}

export function createScrub(redact: Redactor | 'none'): Scrub {
  const rememberText = createMemory();
  const memoryOfKey = new Map<string, Memory>();
  let failures = 0;

  /** `undefined` when the redactor failed. */
  function ask(text: string): string | undefined {
    if (redact === 'none') return text;
    try {
      const redacted: unknown = redact.redact(text);
      if (typeof redacted === 'string') return redacted;
    } catch {
      // Withheld below; the redactor's own error may quote the text.
    }
    failures += 1;
    return undefined;
  }

  function askText(text: string): string | undefined {
    if (text.length <= MAX_TEXT_LENGTH) return ask(text);
    const redacted = ask(text.slice(0, MAX_TEXT_LENGTH + CUT_MARGIN));
    return redacted && `${redacted.slice(0, MAX_TEXT_LENGTH)} [cut: ${text.length} characters]`;
  }

  function text(value: string): string {
    return redact === 'none' || value === '' ? (askText(value) ?? WITHHELD) : rememberText(value, askText);
  }

  function keyedValue(key: string, value: string): string {
    if (redact === 'none' || value === '') return text(value);
    let memory = memoryOfKey.get(key);
    if (memory === undefined) {
      memory = createMemory();
      memoryOfKey.set(key, memory);
    }
    // Of a path such as `Deployment/api env DB_PASSWORD` the last word names the value; with a blank it would read as prose.
    const name = key.slice(key.lastIndexOf(' ') + 1);
    return memory(value, () => {
      const redacted = askText(`${name}=${value}`);
      if (redacted === undefined) return undefined;
      // A redactor that took the key with the value leaves nothing to tell them apart by.
      return redacted.startsWith(`${name}=`) ? redacted.slice(name.length + 1) : REDACTED;
    });
  }

  function attribute(key: string, value: AttributeValue): AttributeValue {
    if (typeof value === 'string') return keyedValue(key, value);
    // A number of fewer digits is a count, a port, a duration; a longer one may be a card's.
    if (typeof value === 'boolean' || !Number.isSafeInteger(value) || Math.abs(value) < 1e11) return value;
    const redacted = text(String(value));
    return redacted === String(value) ? value : redacted;
  }

  return {
    text,
    name: (value) => (NAME.test(value) && !value.includes('://') ? value : text(value)),
    link(value) {
      const isWeb = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
      return isWeb && text(value) === value ? value : undefined;
    },
    value: keyedValue,
    attributes(values) {
      const entries = Object.entries(values).map(([key, value]): [string, AttributeValue] => {
        const redactedKey = NAME.test(key) ? key : text(key);
        return [redactedKey, attribute(redactedKey, value)];
      });
      // Defines `__proto__` as a key like any other, where an assignment would not.
      return Object.fromEntries(entries);
    },
    get failures() {
      return failures;
    },
  };
}

type Memory = (text: string, ask: (text: string) => string | undefined) => string;

const MAX_REMEMBERED = 10_000;
const MAX_REMEMBERED_LENGTH = 200;

/** Texts repeat (attributes, operations), and a redactor may be slow: what it said of a short one is remembered; failures are not. */
function createMemory(): Memory {
  const remembered = new Map<string, string>();
  return (text, ask) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const redacted = ask(text);
    if (redacted === undefined) return WITHHELD;
    if (text.length <= MAX_REMEMBERED_LENGTH) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(text, redacted);
    }
    return redacted;
  };
}
