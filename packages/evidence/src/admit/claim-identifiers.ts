import { metricRoles } from '@midwatch/core';

/** Words of identifiers that are English as well: only the verbs and nouns around them make a name of them. */
const actsAsName = (word: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{N}_./-])(?:${word}(?:'s|\\s+(?:is|was|has|had|does|itself|only|service|pods?|fails|failed|causes|caused|crashes|crashed|leaks|leaked|returns|returned|waits|suffers|needs|must|broke|runs|ran)\\b)|(?:service|restart|scale(?:\\s+up)?|blame|drain|stop|delete|redeploy|roll(?:\\s+back)?)\\s+${word}(?![\\p{L}\\p{N}_-]))`,
    'iu',
  );

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a sentence speaks of a service, and does not merely use a word that is its name: `users are waiting` does. */
export function namesService(sentence: string, service: string): boolean {
  const name = escapePattern(service.toLowerCase());
  if (/^\p{L}+$/u.test(service)) return actsAsName(name).test(sentence);
  return new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, 'iu').test(sentence);
}

const hostOrFile = /(?<![\w@/.:-])[A-Za-z_][\w-]+(?:\.[a-z_][\w-]*[A-Za-z0-9])+(?::\d{1,5})?/gu;
const settingOrMember = /(?<![\p{L}\p{N}_/.-])[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)+/gu;
const pathLike = /(?<![\p{L}\p{N}_>})\]/.*-])\.{0,2}\/[\p{L}\p{N}_.{}~$-][^\s,;:"'()]*/gu;
const backwards = /(?:\.\.[/\\]|%2e%2e)[^\s,;]*/giu;
/** As services and what stands around them are called. */
const serviceLike =
  /(?<![\p{L}\p{N}_./-])[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*-(?:service|svc|api|db|proxy|gateway|worker|backend|bff|relay)(?![\p{L}\p{N}_-])/giu;
/** Ends like a pod, or holds the digits and letters of a hash. */
const hashed =
  /(?<![\p{L}\p{N}_./-])[a-z][\w-]*-(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{4,10}(?:-[a-z0-9]{4,6})?(?![\w-])/gu;
const hexadecimal = /(?<![\w-])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}(?![\w-])/giu;
const encoded = /(?<![\w/+-])(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[A-Za-z0-9+/]{24,}={0,2}(?![\w/+-])/gu;
const findingId = /[([,]\s?([LMTDI]\d{1,3})(?=[\s,)\]])|(?<![\w-])([LMTDI]\d{1,3})(?=\s\[)/g;
/** No word of a sentence is as long. */
const endless = /\S{80,}/gu;

const forms = [
  hostOrFile,
  settingOrMember,
  pathLike,
  backwards,
  serviceLike,
  hashed,
  hexadecimal,
  encoded,
  endless,
];

/** Names of metric roles are ours, and a claim may speak of one that is not there. */
const ownWords: ReadonlySet<string> = new Set([...metricRoles, 'node.js']);

/** English words of the same form as a service's name. */
const compounds =
  /^(?:non|in|out|per|cross|multi|single|same|other|self|inter|intra|micro|full|down|whole)-/i;

/** Hosts, files, settings, paths, pods, hashes and names of services: what must stand in what a claim rests on. */
export function claimedIdentifiers(text: string): readonly string[] {
  return forms
    .flatMap((form) => Array.from(text.matchAll(form), ([found]) => found.replace(/[….]+$/u, '')))
    .filter((found) => !compounds.test(found) && !ownWords.has(found.toLowerCase()));
}

/** Ids of findings that a claim refers to, in brackets. */
export function claimedFindingIds(text: string): readonly string[] {
  return Array.from(text.matchAll(findingId), (match) => match[1] ?? match[2] ?? '');
}

/** A word of Latin letters with some of another alphabet that look like them. `μs` is none. */
export function mixesAlphabets(text: string): boolean {
  return text
    .split(/[^\p{L}]+/u)
    .some(
      (word) =>
        /\p{Script=Latin}/u.test(word) &&
        /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word.replaceAll('μ', '')),
    );
}
