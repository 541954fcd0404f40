/** A part of a claim that a person could follow, call or run, and where it stands. */
export interface Passage {
  readonly text: string;
  readonly index: number;
}

const address =
  /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)\]]+|\b(?:javascript|data|mailto|tel):[^\s"'<>)\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.@/-])(?:[a-z0-9-]+\.)+[a-z]{2,24}(?::\d+)?\/[^\s"'<>)\]]*|\bwww\.[^\s"'<>)\]]+/giu;

/** Of people, groups and channels; `@` between letters belongs to an address or a version. */
const mention = /<[!@#][^>\s]*>?|(?<![\p{L}\p{N}/_.-])@[\p{L}_][\p{L}\p{N}_.-]*/gu;

/** Markup that makes something of words: a link, an image, an element, a turn of a conversation. */
const markup =
  /!?\[[^\]]*\]\([^)]*\)|<\/?[a-z][^>]*>|<[^>\s|]+\|[^>]*>|<\|[^|>]*\|>|^(?:system|assistant|human|user)\s*:|\n(?:system|assistant|human|user)\s*:/giu;

/** Programs that no sentence about an incident begins a phrase with, followed by anything at all. */
const program =
  /(?<![\p{L}\p{N}_/.-])(?:curl|wget|kubectl|sudo|chmod|chown|scp|ncat|nc|powershell|iex|eval|xargs|mkfifo|rm|dd|base64)\s+[^\s.,;:!?)]+/giu;

/** Programs whose names are words, too: only with what makes a command of them. */
const ambiguousProgram =
  /(?<![\p{L}\p{N}_/.-])(?:argocd\s+(?:app|login|admin)|helm\s+(?:upgrade|rollback|uninstall|install)|git\s+(?:push|reset|revert|checkout)|(?:docker|podman)\s+(?:run|exec|rm|kill)|systemctl\s+\w+|(?:npm|npx|pip|brew|apt|apt-get|yum)\s+(?:-|install|run|exec|i\b)|(?:ba|z|c|k)?sh\s+-|(?:python3?|perl|ruby|node|ssh|psql|redis-cli|aws|gcloud|az|terraform)\s+-{1,2}\w|terraform\s+(?:apply|destroy)|(?:aws|gcloud|az)\s+[a-z0-9]+\s+[a-z-]+|DROP\s+(?:TABLE|DATABASE)|DELETE\s+FROM)[^.!?]*/gu;

/** What only a shell reads: chains, substitutions, pipes into a shell, long options. */
const shell =
  /&&|\|\||\$\(|\$\{|\|\s*(?:ba|z)?sh\b|>\s*\/|(?:^|\s);|;\s*(?:rm|curl|wget|kubectl|reboot|shutdown|id)\b|(?<![\w-])--[a-z][\w-]+|`[^`]*\s[^`]*`/giu;

/** Selectors and patterns of query languages. */
const query = /[=!]~|\|\.[+*]|\.[*+]\||\{\{|\{\w+\s*[!=]|"\s*\}/giu;

/** Addresses, mentions, markup, commands and queries in a text. Every pattern takes a bounded piece, or runs to a blank. */
export function claimedPassages(text: string): readonly Passage[] {
  return [address, mention, markup, program, ambiguousProgram, shell, query].flatMap((form) =>
    Array.from(text.matchAll(form), (match) => ({ text: match[0], index: match.index })),
  );
}

/** Whether the passage stands between two straight or typographic double quotes of the text. */
export function isQuoted(text: string, { index, text: passage }: Passage): boolean {
  const before = text.slice(0, index).match(/["“”]/g)?.length ?? 0;
  return before % 2 === 1 && /["“”]/.test(text.slice(index + passage.length - 1));
}
