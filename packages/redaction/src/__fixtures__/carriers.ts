/** Ways in which a piece of text travels in telemetry. */
export const CARRIERS: Readonly<Record<string, (text: string) => string>> = {
  alone: (text) => text,
  'plain line': (text) => `2026-03-01T03:41:07.123Z ERROR [api-gateway] request failed: ${text} after 30 ms`,
  'end of a line': (text) => `payment rejected ${text}`,
  brackets: (text) => `refused (${text}) [${text}]`,
  JSON: (text) => JSON.stringify({ level: 'error', msg: `failed: ${text}`, n: 3 }),
  'JSON in JSON': (text) =>
    JSON.stringify({ log: JSON.stringify({ msg: `failed ${text}`, n: 3 }), stream: 'stderr' }),
  'JSON in JSON in JSON': (text) =>
    JSON.stringify({ a: JSON.stringify({ log: JSON.stringify({ msg: `failed ${text}` }) }), b: 1 }),
  logfmt: (text) => `ts=1772336467 level=error msg=${JSON.stringify(`failed ${text}`)} service=api`,
  'URL parameter': (text) => `GET /search?q=${encodeURIComponent(text)}&page=2 HTTP/1.1" 200 31`,
  YAML: (text) => `level: error\nmessage: failed ${text}\nservice: api\n`,
  'stack trace': (text) =>
    `java.sql.SQLException: refused: ${text}\n\tat com.shop.Db.open(Db.java:42)\n\tat com.shop.Main.main(Main.java:7)\nCaused by: ${text}\n\t... 12 more`,
  'HTTP dump': (text) => `POST /pay HTTP/1.1\r\nHost: shop\r\nX-Note: ${text}\r\nAccept: */*\r\n\r\nok`,
  'HTTP dump in JSON': (text) =>
    JSON.stringify({ dump: `POST /pay HTTP/1.1\r\nHost: shop\r\n${text}\r\nAccept: */*\r\n` }),
  colours: (text) => `\u001b[31mERROR\u001b[0m \u001b[1m${text}\u001b[0m done`,
  'HTML escapes': (text) =>
    `<p>${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}</p>`,
};

/** Ways to break a text up so that it looks the same to a person. */
export const DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  'zero-width spaces': (text) => spread(text, '\u200b'),
  'soft hyphens': (text) => spread(text, '\u00ad'),
  'byte order marks': (text) => spread(text, '\ufeff'),
  'colour codes': (text) => spread(text, '\u001b[32m'),
  'spelled colour codes': (text) => spread(text, '\\u001b[0m'),
  'full width': (text) =>
    text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)),
  'percent encoding': (text) => text.replace(/[ -~]/g, (character) => `%${hex(character)}`),
  'percent encoding, twice': (text) => text.replace(/[ -~]/g, (character) => `%25${hex(character)}`),
  'JSON escapes': (text) => text.replace(/[!-~]/g, (character) => `\\u00${hex(character)}`),
};

function spread(text: string, filler: string): string {
  return [...text].map((character, at) => (at % 3 === 1 ? filler + character : character)).join('');
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase();
}
