/** A topic of its own, with a key and a certificate made for the test: SNS's private key is nobody's to have. */
export interface SnsSigner {
  readonly certificatePem: string;
  sign(fields: Record<string, string>, version: '1' | '2'): Promise<Record<string, string>>;
}

export const topicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms';
export const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem';

const rsa = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

export async function createSnsSigner(validity: { from: Date; to: Date }): Promise<SnsSigner> {
  const pair = await crypto.subtle.generateKey({ ...rsa, hash: 'SHA-256' }, true, ['sign', 'verify']);
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', pair.publicKey)) as ArrayBuffer);
  const pkcs8 = (await crypto.subtle.exportKey('pkcs8', pair.privateKey)) as ArrayBuffer;
  return {
    certificatePem: toPem(certificate(spki, validity)),
    async sign(fields, version) {
      const algorithm = { name: rsa.name, hash: version === '1' ? 'SHA-1' : 'SHA-256' };
      const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
      const given = { ...fields, SignatureVersion: version, SigningCertURL: certificateUrl };
      const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(textToSign(given)));
      return { ...given, Signature: toBase64(new Uint8Array(signature)) };
    },
  };
}

/** Written from the documentation of SNS, apart from the code under test. */
function textToSign(fields: Record<string, string>): string {
  const isNotification = fields['Type'] === 'Notification';
  const names = isNotification
    ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
    : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  let text = '';
  for (const name of names) if (fields[name] !== undefined) text += `${name}\n${fields[name]}\n`;
  return text;
}

function certificate(spki: Uint8Array, { from, to }: { from: Date; to: Date }): Uint8Array {
  const name = der(0x30, der(0x31, der(0x30, der(0x06, [0x55, 0x04, 0x03]), der(0x0c, ascii('test signer')))));
  // sha256WithRSAEncryption
  const algorithm = der(
    0x30,
    der(0x06, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]),
    der(0x05, []),
  );
  const validity = der(0x30, der(0x17, ascii(utcTime(from))), der(0x18, ascii(generalizedTime(to))));
  const version = der(0xa0, der(0x02, [2]));
  const signed = der(0x30, version, der(0x02, [1]), algorithm, name, validity, name, spki);
  // Nobody checks the issuer's signature: the certificate is trusted for where it was fetched.
  return der(0x30, signed, algorithm, der(0x03, [0, ...new Uint8Array(256)]));
}

function der(tag: number, ...parts: (Uint8Array | number[])[]): Uint8Array {
  const content = parts.flatMap((part) => [...part]);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...content]);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function generalizedTime(date: Date): string {
  return `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}

function utcTime(date: Date): string {
  return generalizedTime(date).slice(2);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function toPem(bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
