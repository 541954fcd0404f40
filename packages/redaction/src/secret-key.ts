/**
 * What a key says about its value. `sure`: it is secret, whatever it looks like. `likely`: it is secret if it looks random,
 * `mixed`: if it does in upper and lower case, since hashes are no secret. `digits`: it is personal if it is a number.
 */
export interface KeyMeaning {
  readonly category: string;
  readonly certainty: 'sure' | 'likely' | 'mixed' | 'digits';
  /** The bare word `pass` also counts passed tests. */
  readonly mayCount: boolean;
}

/** Cheap test that lets most keys go at once. */
const WORTH_READING =
  /pass|pwd|psw|pw$|secret|token|key|auth|cookie|cred|jwt|bearer|sig|sid$|sess|otp|cv[vc]|ssn|social|phone|mobile|msisdn|pan$|card|iban|code$/i;

/** Words that make the key's value a secret when they come last in it. */
const SURE = new Map(
  Object.entries({
    password:
      'password passwd passphrase passcode passwort motdepasse pwd psw pw pass userpass dbpass passwords passphrases',
    secret: 'secret clientsecret',
    token: 'token jwt bearer otp totp accesstoken authtoken refreshtoken',
    'api-key':
      'apikey accesskey secretkey authkey signingkey encryptionkey masterkey accountkey sharedkey appkey',
    'private-key': 'privatekey',
    authorization: 'authorization',
    cookie: 'cookie',
    'card-code': 'cvv cvc',
    ssn: 'ssn',
  }).flatMap(([category, words]) => words.split(' ').map((word) => [word, category] as const)),
);
/** Ends of words written together, such as `dbpassword`. */
const SURE_ENDING = /(password|passwd|passphrase|pwd|secret|token|apikey|accesskey|secretkey|privatekey)$/;
const LIKELY = new Map(
  Object.entries({
    secret: 'secrets credential credentials creds cred auth',
    token: 'tokens session sessionid sessid sid jsessionid phpsessid',
    cookie: 'cookies',
    'api-key': 'apikeys',
    signature: 'signature sig',
  }).flatMap(([category, words]) => words.split(' ').map((word) => [word, category] as const)),
);
/** In a query string these carry the right to call. */
const SURE_IN_QUERY = new Map([
  ['sig', 'signature'],
  ['signature', 'signature'],
]);
const MIXED_IN_QUERY = new Map([
  ['key', 'api-key'],
  ['code', 'token'],
  ['hmac', 'signature'],
]);
/** `<word> key` is a secret. Not here: public, primary, partition, cache, sort, host, foreign, idempotency. */
const SURE_KINDS_OF_KEY = new Set(
  (
    'api access secret private auth authorization authentication encryption encrypt decryption crypto signing sign master ' +
    'account shared storage subscription session app application admin deploy ssh license licence webhook integration ' +
    'ingest ingestion write hmac aes rsa unseal recovery instrumentation functions maps ssl tls'
  ).split(' '),
);
const LIKELY_KINDS_OF_KEY = new Set(
  'service consumer client server routing user project team root agent'.split(' '),
);
/** `<word> token` is no credential: a place in a list, or in a program's text. */
const HARMLESS_KINDS_OF_TOKEN = new Set(
  'page next previous continuation continue sync resume pagination cancellation cancel fencing unexpected max min prompt completion input output total cached'.split(
    ' ',
  ),
);
/** Words after the decisive one that leave the meaning as it is. */
const PASSED_OVER = new Set(
  (
    'value val default new old current previous prev confirm confirmation repeat base64 b64 encoded hash hashed plain ' +
    'plaintext text raw string str data base primary secondary prod production dev test staging live provided given received'
  ).split(' '),
);
/** In an environment variable's name a secret word counts anywhere, unless the name ends in one of these. */
const ABOUT_A_SECRET = new Set(
  (
    'count type length size expiry expires expiration ttl age name names ref file path dir url uri endpoint policy version ' +
    'id status enabled disabled limit max min rate seconds ms minutes provider issuer audience host port algorithm format ' +
    'header prefix field regex pattern rotation interval timeout location region arn mode'
  ).split(' '),
);
const UNLIMITED_WORDS = new Map([
  ['PASSWORD', 'password'],
  ['PASSWD', 'password'],
  ['SECRET', 'secret'],
  ['TOKEN', 'token'],
  ['APIKEY', 'api-key'],
]);
const PHONE_NUMBER = /^(phone|telephone|mobile|msisdn|phonenumber|mobilenumber)$/;
const CARD_NUMBER = /^(card|cc|pan|creditcard|cardnumber|ccnumber|cardno)$/;

/** Says what a key such as `dbPassword`, `X-Api-Key` or `access key` tells about its value; undefined when nothing. */
export function readKey(key: string, isInQuery: boolean): KeyMeaning | undefined {
  if (!WORTH_READING.test(key)) return undefined;
  const words = toWords(key);
  while (words.length > 1 && PASSED_OVER.has(words.at(-1) ?? '')) words.pop();
  const last = (words.at(-1) ?? '').replace(/(?<=[a-z])\d{1,2}$/, '');
  const before = words.at(-2) ?? '';
  const meaning = readWords(before, last, isInQuery);
  if (meaning) return { ...meaning, mayCount: last === 'pass' && words.length === 1 };
  return readVariableName(key, words);
}

function readWords(
  before: string,
  last: string,
  isInQuery: boolean,
): Omit<KeyMeaning, 'mayCount'> | undefined {
  if (last === 'key') {
    if (SURE_KINDS_OF_KEY.has(before)) {
      return { category: before === 'private' ? 'private-key' : 'api-key', certainty: 'sure' };
    }
    if (LIKELY_KINDS_OF_KEY.has(before)) return { category: 'api-key', certainty: 'likely' };
  }
  if (/^tokens?$/.test(last) && HARMLESS_KINDS_OF_TOKEN.has(before)) return undefined;
  const numbered = last === 'number' || last === 'no' || last === 'num' ? before : last;
  if (PHONE_NUMBER.test(numbered)) return { category: 'phone', certainty: 'digits' };
  if (CARD_NUMBER.test(numbered)) return { category: 'card-number', certainty: 'digits' };
  const sure = SURE.get(last) ?? (isInQuery ? SURE_IN_QUERY.get(last) : undefined);
  if (sure !== undefined) return { category: sure, certainty: 'sure' };
  const ending = SURE_ENDING.exec(last)?.[1];
  if (ending !== undefined) return { category: SURE.get(ending) ?? 'secret', certainty: 'sure' };
  const likely = LIKELY.get(last);
  if (likely !== undefined) return { category: likely, certainty: 'likely' };
  const mixed = isInQuery ? MIXED_IN_QUERY.get(last) : undefined;
  return mixed === undefined ? undefined : { category: mixed, certainty: 'mixed' };
}

/** `STRIPE_SECRET_WEBHOOK_EU`: the upper case of an environment variable, with the secret word somewhere in it. */
function readVariableName(key: string, words: readonly string[]): KeyMeaning | undefined {
  if (!/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(key) || ABOUT_A_SECRET.has(words.at(-1) ?? ''))
    return undefined;
  for (const word of key.split('_')) {
    const category = UNLIMITED_WORDS.get(word);
    if (category !== undefined) return { category, certainty: 'sure', mayCount: false };
  }
  return undefined;
}

function toWords(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
