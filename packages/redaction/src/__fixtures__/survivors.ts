const WINDOW = 8;

/** Stretches of eight characters of the secrets that a reader could still get out of the text. */
export function survivors(redacted: string, secrets: readonly string[]): string[] {
  const readings = [redacted, ...decodings(redacted)];
  return secrets.flatMap(windows).filter((part) => readings.some((reading) => reading.includes(part)));
}

function windows(secret: string): string[] {
  const size = Math.min(WINDOW, secret.length);
  return Array.from({ length: secret.length - size + 1 }, (_, at) => secret.slice(at, at + size));
}

/** The text without what hides characters, and with escapes undone. */
function decodings(text: string): string[] {
  const bare = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what it looks for
    .replace(/(?:\u001b|\\+u001b)\[[\d;]*m/g, '')
    .replace(/[\u200b\u00ad\ufeff]/g, '')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\\+u00([0-9a-f]{2})/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  const unescaped = bare
    .replace(/\\+n/g, '\n')
    .replace(/\\+(?=["/\\])/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  const decode = (encoded: string) =>
    encoded.replace(/%(?:25)*([0-7][0-9a-f])/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  return [bare, unescaped, decode(bare), decode(unescaped)];
}
