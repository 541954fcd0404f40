/** What a signature check needs of an X.509 certificate. Web Crypto takes keys, not certificates. */
export interface Certificate {
  /** `SubjectPublicKeyInfo`, DER. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** One value of DER: its tag, its content, and where the next begins. */
interface Value {
  readonly tag: number;
  readonly startsAt: number;
  readonly contentAt: number;
  readonly endsAt: number;
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/**
 * Reads the first certificate of a PEM text (RFC 5280, section 4.1). It checks neither issuer nor signature: whoever uses it
 * trusts where the certificate came from.
 *
 * @returns `undefined` when it is no certificate.
 */
export function readCertificate(pem: string): Certificate | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (base64 === undefined) return undefined;
  try {
    return readDer(Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (letter) => letter.charCodeAt(0)));
  } catch (error) {
    if (error instanceof NotACertificate || error instanceof DOMException) return undefined;
    throw error;
  }
}

class NotACertificate extends Error {}

function readDer(der: Uint8Array<ArrayBuffer>): Certificate {
  const whole = readValue(der, 0, SEQUENCE);
  const signed = readValue(der, whole.contentAt, SEQUENCE);
  let next = signed.contentAt;
  const skip = () => {
    next = readValue(der, next).endsAt;
  };
  if (readValue(der, next).tag === VERSION) skip();
  skip(); // serial number
  skip(); // algorithm of the signature
  skip(); // issuer
  const validity = readValue(der, next, SEQUENCE);
  skip();
  skip(); // subject
  const publicKey = readValue(der, next, SEQUENCE);
  const notBefore = readValue(der, validity.contentAt);
  return {
    publicKey: der.slice(publicKey.startsAt, publicKey.endsAt),
    notBeforeMs: readTime(der, notBefore),
    notAfterMs: readTime(der, readValue(der, notBefore.endsAt)),
  };
}

function readValue(der: Uint8Array, startsAt: number, expected?: number): Value {
  const [tag, first] = [der[startsAt], der[startsAt + 1]];
  if (tag === undefined || first === undefined || (expected ?? tag) !== tag) throw new NotACertificate();
  // From 0x80 on the low bits count the bytes of the length.
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 4) throw new NotACertificate();
  const contentAt = startsAt + 2 + lengthBytes;
  const digits = der.subarray(startsAt + 2, contentAt);
  const length = lengthBytes === 0 ? first : digits.reduce((sum, byte) => sum * 256 + byte, 0);
  const endsAt = contentAt + length;
  if (endsAt > der.length) throw new NotACertificate();
  return { tag, startsAt, contentAt, endsAt };
}

function readTime(der: Uint8Array, { contentAt, endsAt, tag }: Value): number {
  const text = new TextDecoder().decode(der.subarray(contentAt, endsAt));
  const parts = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || (tag !== UTC_TIME && tag !== GENERALIZED_TIME)) throw new NotACertificate();
  const [given = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const century = given < 50 ? 2000 : 1900;
  const year = tag === UTC_TIME ? century + given : given;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
