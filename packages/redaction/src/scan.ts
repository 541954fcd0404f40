import type { Finder, Report } from './finder.js';

/** Finders by pair of neighbouring ASCII characters: one table look-up per character of the text. */
export interface AnchorTable {
  /** Index into `groups` at `previous * 128 + current`. */
  readonly groupOfPair: Readonly<Uint16Array>;
  /** The first group is empty. */
  readonly groups: readonly (readonly Finder[])[];
}

const SET_SIZE = 128;

export function createAnchorTable(finders: readonly Finder[]): AnchorTable {
  const findersOfPair = new Map<number, Set<Finder>>();
  for (const finder of finders) {
    for (const anchor of finder.anchors) {
      for (const previous of anchor.before === undefined ? allCodes() : codesOf(anchor.before)) {
        for (const current of codesOf(anchor.at)) {
          const pair = previous * SET_SIZE + current;
          const wanted = findersOfPair.get(pair) ?? new Set();
          findersOfPair.set(pair, wanted.add(finder));
        }
      }
    }
  }
  const groups: Finder[][] = [[]];
  const groupByMembers = new Map<string, number>();
  const groupOfPair = new Uint16Array(SET_SIZE * SET_SIZE);
  for (const [pair, wanted] of findersOfPair) {
    const members = [...wanted].map((finder) => finders.indexOf(finder)).join(' ');
    const known = groupByMembers.get(members);
    const group = known ?? groups.push([...wanted]) - 1;
    groupByMembers.set(members, group);
    groupOfPair[pair] = group;
  }
  return { groupOfPair, groups };
}

/** Runs every finder over the text in one pass. */
export function scan(text: string, table: AnchorTable, report: Report): void {
  const { groupOfPair, groups } = table;
  let settledUntil: Map<Finder, number> | undefined;
  // 0 stands for the start of the text and for everything beyond ASCII.
  let previous = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= SET_SIZE) {
      previous = 0;
      continue;
    }
    const group = groupOfPair[previous * SET_SIZE + code] ?? 0;
    previous = code;
    if (group === 0) continue;
    for (const finder of groups[group] ?? []) {
      if ((settledUntil?.get(finder) ?? 0) > at) continue;
      const until = finder.find(text, at, report);
      if (until > at) {
        settledUntil ??= new Map();
        settledUntil.set(finder, until);
      }
    }
  }
}

function allCodes(): number[] {
  return Array.from({ length: SET_SIZE }, (_, code) => code);
}

function codesOf(characters: string): number[] {
  return Array.from(characters, (character) => character.charCodeAt(0));
}
