const guide = 'docs/writing-a-connector.md';

/** The files that the guide shows, by path in the reader's project: its code blocks with a `title`. */
export function readGuideFiles(read: (file: string) => string): ReadonlyMap<string, string> {
  const blocks = read(guide).matchAll(/^```\w+ title="([^"]+)"\n(.*?)^```$/gms);
  return new Map(Array.from(blocks, ([, path = '', text = '']) => [path, text]));
}
