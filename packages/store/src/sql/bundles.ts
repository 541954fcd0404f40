import type { BundleStore } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { checkBundle, toStoredText, toStoredTime } from '../stored-text.js';
import type { SqlSession } from './sql-engine.js';

/** As base64 still below the 2 MB that a row of D1 may have. */
const partBytes = 1024 * 1024;

function partsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.byteLength / partBytes);
  return Array.from({ length: count }, (_, part) => bytes.subarray(part * partBytes, (part + 1) * partBytes));
}

function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

export function createSqlBundles(session: SqlSession): BundleStore {
  return {
    async put(key, bytes, nowMs) {
      checkBundle(bytes);
      const stored = toStoredText(key, "a bundle's key");
      await session.runAll([
        ...session.dialect.alone(`bundle ${stored}`),
        sql`delete from bundle_part where bundle_key = ${stored}`,
        sql`insert into bundle (bundle_key, stored_at_ms) values (${stored}, ${toStoredTime(nowMs, 'the time')})
          on conflict (bundle_key) do update set stored_at_ms = excluded.stored_at_ms`,
        ...partsOf(bytes).map(
          (part, number) => sql`insert into bundle_part (bundle_key, part, bytes)
            values (${stored}, ${number}, ${session.toCell(part)})`,
        ),
      ]);
    },
    async get(key) {
      const stored = toStoredText(key, "a bundle's key");
      const [bundles, parts] = (await session.runAll([
        sql`select bundle_key from bundle where bundle_key = ${stored}`,
        sql`select bytes from bundle_part where bundle_key = ${stored} order by part`,
      ])) as readonly [readonly unknown[], readonly { bytes: unknown }[]];
      return bundles.length === 0 ? undefined : joinParts(parts.map(({ bytes }) => session.fromCell(bytes)));
    },
    async delete(key) {
      const stored = toStoredText(key, "a bundle's key");
      const rows = await session.run(
        sql`delete from bundle where bundle_key = ${stored} returning bundle_key`,
        [
          ...session.dialect.alone(`bundle ${stored}`),
          sql`delete from bundle_part where bundle_key = ${stored}`,
        ],
      );
      return rows.length > 0;
    },
  };
}
