/**
 * Stand-ins for secrets. Nothing here is a secret, and no whole token is spelled out, so that scanners which read this
 * repository stay quiet: prefixes are cut in two, bodies come from a counter.
 */
const SETS = {
  mixed: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  hex: '0123456789abcdef',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  digits: '0123456789',
};

/** `length` characters of a set, the same for the same seed, with at least one digit and both cases where the set has them. */
export function material(set: keyof typeof SETS, length: number, seed = 1): string {
  const characters = SETS[set];
  let state = seed * 2_654_435_761;
  let made = '';
  while (made.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    made += characters.charAt((state >>> 16) % characters.length);
  }
  return set === 'mixed' || set === 'url' || set === 'base64' ? `q7R${made.slice(3)}` : made;
}

/** Digits with the check digit that makes a card number of them. */
export function cardNumber(prefix: string, length: number, seed = 1): string {
  const body = prefix + material('digits', length - prefix.length - 1, seed);
  let sum = 0;
  for (let at = 0; at < body.length; at += 1) {
    const digit = Number(body.charAt(body.length - 1 - at));
    sum += at % 2 === 0 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return body + String((10 - (sum % 10)) % 10);
}

/** An account number with the check digits of its country. */
export function iban(country: string, account: string): string {
  const remainder = [...`${account}${country}00`].reduce((rest, character) => {
    const value = Number.parseInt(character, 36);
    return (rest * (value > 9 ? 100 : 10) + value) % 97;
  }, 0);
  return country + String(98 - remainder).padStart(2, '0') + account;
}

/** The body of a PEM block in lines of 64 characters. */
export function pemBody(lines: number, seed = 1): string[] {
  return Array.from({ length: lines }, (_, line) =>
    material('base64', line === lines - 1 ? 44 : 64, seed + line),
  );
}

export function pem(label: string, lines: number, seed = 1): string {
  const marker = (word: string) => `-----${word} ${label}-----`;
  return [marker('BEGIN'), ...pemBody(lines, seed), marker('END')].join('\n');
}

export function jsonWebToken(seed = 1): string {
  const encode = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return [encode({ alg: 'RS256', kid: 'k1' }), encode({ sub: 'bob', seed }), material('url', 86, seed)].join(
    '.',
  );
}
