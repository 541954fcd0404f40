import type { Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';

const now = Date.UTC(2026, 10, 23, 3);

export function controlTests(current: () => Store): void {
  test('what was set last stands, with its time; what never was is absent', async () => {
    const { controls } = current();
    expect(await controls.get('stopped')).toBeUndefined();
    await controls.set('stopped', { by: 'ada', why: ['\0', '\uD800'] }, now);
    // A clock that is behind is no reason not to stop.
    await controls.set('stopped', { by: 'grace', why: ['\0', '\uD800'] }, now - 5_000);
    expect(await controls.get('stopped')).toEqual({
      name: 'stopped',
      value: { by: 'grace', why: ['\0', '\uD800'] },
      setAtMs: now - 5_000,
    });
    await controls.set('stopped', null, now + 1);
    expect(await controls.get('stopped')).toEqual({ name: 'stopped', value: null, setAtMs: now + 1 });
  });

  test('who changed it is in the audit log, of no incident', async () => {
    const { audit, controls } = current();
    await controls.set('stopped', true, now, { actor: 'ada', action: 'stopped', detail: { reason: 'cost' } });
    await controls.set('source/loki', {}, now);
    expect((await audit.list({ limit: 10 })).items).toEqual([
      { actor: 'ada', action: 'stopped', detail: { reason: 'cost' }, atMs: now },
    ]);
  });

  test('a value that cannot be kept is refused with its audit entry, and what stood before stands', async () => {
    const { audit, controls } = current();
    await controls.set('stopped', 1, now);
    const tooLarge = 'x'.repeat(256 * 1024);
    const entry = { actor: 'ada', action: 'stopped' };
    await expect(controls.set('stopped', tooLarge, now, entry)).rejects.toMatchObject({ code: 'too-large' });
    await expect(controls.set('stopped', 2, now, { ...entry, detail: tooLarge })).rejects.toMatchObject({
      code: 'too-large',
    });
    await expect(controls.set('stopped', 2, now + 0.5)).rejects.toMatchObject({ code: 'bad-time' });
    expect((await controls.get('stopped'))?.value).toBe(1);
    expect((await audit.list({ limit: 10 })).items).toEqual([]);
  });

  test('lists those of a prefix by name, whatever stands in it', async () => {
    const { controls } = current();
    for (const name of ['source/b', 'source/a', 'source%', 'Source/a', 'source_/x', '__proto__'])
      await controls.set(name, 1, now);
    const names = async (prefix?: string) => (await controls.list(prefix)).map(({ name }) => name);
    expect(await names('source/')).toEqual(['source/a', 'source/b']);
    expect(await names('source%')).toEqual(['source%']);
    expect(await names()).toEqual(['Source/a', '__proto__', 'source%', 'source/a', 'source/b', 'source_/x']);
  });

  test('a turn is taken by one of many at once, and by the next one only when its time has come', async () => {
    const { controls } = current();
    const take = (nowMs: number) => controls.takeTurn({ name: 'turn/health', nowMs, everyMs: 60_000 });
    const count = async (nowMs: number) => {
      const taken = await Promise.all(Array.from({ length: 12 }, () => take(nowMs)));
      return taken.filter(Boolean).length;
    };
    expect(await count(now)).toBe(1);
    expect(await count(now + 59_999)).toBe(0);
    expect(await count(now + 60_000)).toBe(1);
    expect(await controls.get('turn/health')).toMatchObject({ setAtMs: now + 60_000 });
  });
}
