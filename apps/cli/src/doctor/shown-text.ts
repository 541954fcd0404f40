import { type Terminal, usesColor } from '../terminal.js';

/** Text from outside as one line for a terminal: nothing moves the cursor, colours or turns the reading direction. */
export function toShownLine(text: string, maxCharacters = 300): string {
  const plain = text
    .slice(0, maxCharacters * 4)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .toWellFormed();
  const characters = Array.from(plain);
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters - 1).join('')}…` : plain;
}

/**
 * JSON in one line. For a terminal what JSON leaves bare and a terminal obeys is escaped, which changes no value; in a pipe every
 * byte stays.
 */
export function toShownJson(value: unknown, { stdout }: Terminal): string {
  const json = JSON.stringify(value);
  if (stdout.isTTY !== true) return json;
  return json.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

const codes = { green: 32, yellow: 33, red: 31, bold: 1, dim: 2 } as const;

export type Paint = (color: keyof typeof codes, text: string) => string;

/** Colours for stdout, or none where nobody sees them. */
export function createPaint(terminal: Terminal): Paint {
  const color = usesColor(terminal.stdout, terminal);
  return (name, text) => (color ? `\u001b[${codes[name]}m${text}\u001b[0m` : text);
}
