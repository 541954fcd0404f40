import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSnsSigner } from '../__fixtures__/sns-signer.js';
import { readCertificate } from './read-certificate.js';

const from = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const to = new Date(Date.UTC(2051, 5, 7, 8, 9, 10));

it("reads key and dates as Node's own reader does", async () => {
  const { certificatePem } = await createSnsSigner({ from, to });
  const theirs = new X509Certificate(certificatePem);
  const ours = readCertificate(certificatePem);
  expect(ours?.notBeforeMs).toBe(theirs.validFromDate.getTime());
  expect(ours?.notAfterMs).toBe(theirs.validToDate.getTime());
  expect(Buffer.from(ours?.publicKey ?? [])).toEqual(
    theirs.publicKey.export({ type: 'spki', format: 'der' }),
  );
});

it('gives nothing, and never throws, for what is no certificate', async () => {
  const { certificatePem } = await createSnsSigner({ from, to });
  const [head = '', ...lines] = certificatePem.trim().split('\n');
  const base64 = lines.slice(0, -1).join('');
  fc.assert(
    fc.property(fc.nat(base64.length), fc.nat(255), (place, byte) => {
      const bytes = Buffer.from(base64, 'base64');
      bytes[place % bytes.length] = byte;
      const pem = `${head}\n${bytes.subarray(0, place).toString('base64')}\n-----END CERTIFICATE-----`;
      expect(() => readCertificate(pem)).not.toThrow();
    }),
  );
  expect(readCertificate('')).toBeUndefined();
  expect(readCertificate(`${head}\nAAAA\n-----END CERTIFICATE-----`)).toBeUndefined();
});
