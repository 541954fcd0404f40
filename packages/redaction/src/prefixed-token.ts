import { ALPHANUMERIC, type CharacterSet, isIn, runEnd, runStart, UPPER_OR_DIGIT } from './characters.js';
import { type Finder, literalAnchor, NOTHING } from './finder.js';

/** A token that is known by how it begins. */
export interface TokenShape {
  readonly category: string;
  readonly prefix: string;
  readonly body: CharacterSet;
  /** Least length of the body; shorter is something else. */
  readonly min: number;
  /** The prefix stands inside a word as well; without this it begins one. A long body speaks for itself. */
  readonly isAnywhere?: boolean;
  /** The body needs upper case, lower case and digits: for prefixes that words have too. */
  readonly isMixed?: boolean;
  /** The prefix is an address and stays. */
  readonly isPrefixKept?: boolean;
  /** What of the token stands before the prefix. */
  readonly lead?: { readonly set: CharacterSet; readonly min: number; readonly max: number };
}

/** Looks for one shape of token. */
export function createTokenFinder(shape: TokenShape): Finder {
  const { prefix, body, min, lead } = shape;
  const neighbours = body === UPPER_OR_DIGIT ? UPPER_OR_DIGIT : ALPHANUMERIC;
  return {
    anchors: [literalAnchor(prefix)],
    find(text, at, report) {
      const prefixStart = at + 1 - prefix.length;
      if (!text.startsWith(prefix, prefixStart)) return NOTHING;
      const start = lead ? runStart(text, prefixStart, lead.set, prefixStart - lead.max) : prefixStart;
      if (lead && prefixStart - start < lead.min) return NOTHING;
      if (!shape.isAnywhere && isIn(text, start - 1, neighbours)) return NOTHING;
      const bodyStart = at + 1;
      if (runEnd(text, bodyStart, body, bodyStart + min) - bodyStart < min) return NOTHING;
      const end = runEnd(text, bodyStart, body);
      if (shape.isMixed && !isMixed(text.slice(bodyStart, end))) return end;
      report(shape.category, shape.isPrefixKept ? bodyStart : start, end);
      return end;
    },
  };
}

function isMixed(body: string): boolean {
  return (/\d/.test(body) && /[a-z]/.test(body) && /[A-Z]/.test(body)) || /(?:^|-)[0-9a-f]{32,}$/.test(body);
}
