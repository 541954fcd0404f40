/** Literals that stand where a secret would, and words of a message about one. */
const HARMLESS_WORDS = new Set(
  (
    'null nil none undefined nan true false yes no on off ok empty unset set missing present absent required optional ' +
    'invalid valid expired incorrect wrong unknown denied rejected revoked refreshed mismatch mismatched malformed ' +
    'hidden masked redacted filtered protected removed omitted withheld string str text varchar bytes any object boolean ' +
    'number int integer unauthorized forbidden failed failure error disabled enabled changed'
  ).split(' '),
);
/** First words of a sentence, after `token: ` and the like. */
const FIRST_WORDS = new Set(
  (
    'must is not was has have had does did do the a an this that your it its at least cannot could should would will may ' +
    'can too please unexpected illegal found provided for from of in and or with without bad already only field user value'
  ).split(' '),
);
const MASK = /^[*xX•●.#_-]{3,}$/;
/** `${DB_PASSWORD}`, `$DB_PASSWORD`, `{{ .Values.password }}`, `<password>`, `%s`, `%(password)s`, `$1`, `?`. */
const PLACEHOLDER =
  /^(?:\$\{[A-Za-z_][\w.]*\}|\$[A-Z_][A-Z0-9_]*|\$\d{1,2}|\$\(\w+\)|\{\{[\w .$|"-]{0,64}\}\}|\{[A-Za-z_]\w*\}|<[A-Za-z][A-Za-z _-]*>|\([A-Za-z][A-Za-z _-]*\)|\[[A-Za-z][A-Za-z _-]*\]|%[sdv]|%\(\w+\)s|\?|\.{3}|\*)$/;
const SMALL_NUMBER = /^-?\d{1,5}(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|k|%)?$/;

/** Whether a value gives nothing away: empty, a mask, a placeholder, or a word such as `null` or `expired`. */
export function isHarmless(value: string): boolean {
  if (value === '') return true;
  if (value.length > 80) return /^\*+$/.test(value);
  return HARMLESS_WORDS.has(value.toLowerCase()) || MASK.test(value) || PLACEHOLDER.test(value);
}

/** A count, a length, a lifetime; a password may look so, a token does not. */
export function isSmallNumber(value: string): boolean {
  return SMALL_NUMBER.test(value);
}

/** Whether what follows `token: ` is a sentence and no value: two plain words, or a word that begins one. */
export function isProse(rest: string): boolean {
  // An object's name before its content: `Token: Token { kind: ...`
  if (/^[A-Z]\w{0,40} [{[(]/.test(rest)) return true;
  const [, first = '', second] =
    /^\(?([A-Za-z][a-z']{0,17})[,.;:!)]?(?: ([a-z]{1,17}|[A-Z][a-z]{1,17})(?=[\s,.;:!)]|$))?/.exec(rest) ??
    [];
  const isWhole = /^[\s,.;:!)]/.test(rest.slice(first.length)) || rest.length === first.length;
  if (first === '' || !isWhole) return false;
  const word = first.toLowerCase();
  return second !== undefined || FIRST_WORDS.has(word) || HARMLESS_WORDS.has(word);
}

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Whether a value looks drawn at random, as keys are: long, of mixed case and digits, or long hexadecimal. */
export function isRandom(value: string, isHexEnough: boolean): boolean {
  if (value.length < 16 || !/^[\w+/=.~%:-]+$/.test(value) || UUID.test(value)) return false;
  if ((value.match(/\./g)?.length ?? 0) > 2 || (value.match(/\//g)?.length ?? 0) > 3 || value.includes('://'))
    return false;
  if (/^[0-9a-fA-F]{32,}$/.test(value) && /[a-f]/i.test(value)) return isHexEnough;
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && (value.match(/\d/g)?.length ?? 0) >= 2;
}

/** Whether a value is a phone number or a card number by its digits; its key has said which. */
export function isPersonalNumber(value: string, category: string): boolean {
  if (!/^\+?[\d ().-]{1,40}$/.test(value)) return false;
  const digits = value.replace(/\D/g, '').length;
  return category === 'phone' ? digits >= 7 && digits <= 15 : digits >= 12 && digits <= 19;
}
