import { DurableObject } from 'cloudflare:workers';
import type { AlertRecord, RecordedAlert, Store } from '@midwatch/core/incident';
import { listOpenWork, openD1Store } from '@midwatch/store/d1';
import type { Environment } from './environment.js';
import { type Place, toPlace } from './place.js';
import { sendWork } from './send-work.js';

/** Work that nobody took is started again after this long. */
const TAKEOVER_MS = 10_000;
/** While anything is open, the place looks at least so often: a step's end may have added what is due before. */
const LOOK_EVERY_MS = 60_000;
const MAX_OPEN = 500;

/**
 * One environment and namespace. Its alerts are kept in the order they came here, many in one batch while D1 is busy; its alarm
 * starts what nobody does. All that it knows stands in D1: an object that is lost is made anew.
 */
export class PlaceObject extends DurableObject<Environment> {
  #store: Promise<Store> | undefined;
  #isPlaceKept = false;
  readonly #toWake = new Set<string>();
  #waking: Promise<void> | undefined;

  /** Resolves when D1 has the alerts, which are of this place: then they may be acknowledged. */
  async record(records: readonly AlertRecord[]): Promise<readonly RecordedAlert[]> {
    const [first] = records;
    if (first === undefined) return [];
    const store = await this.#openStore();
    const recorded = await store.recordAlerts(records);
    const news = recorded.filter(({ outcome }) => outcome !== 'repeated');
    if (news.length === 0) return recorded;
    await this.#keepPlace(toPlace(first));
    await this.#alarmBefore(Date.now() + TAKEOVER_MS);
    await this.#wake(news.map(({ incidentId }) => incidentId));
    return recorded;
  }

  override async alarm(): Promise<void> {
    const place = await this.ctx.storage.get<Place>('place');
    if (place === undefined) return;
    const nowMs = Date.now();
    try {
      const { environment, namespace } = place;
      const open = await listOpenWork(this.env.DB, { environment, namespace, limit: MAX_OPEN });
      if (open.length === 0) return;
      const due = open.filter(({ readyAtMs }) => readyAtMs <= nowMs);
      await sendWork(this.env, [...new Set(due.map(({ incidentId }) => incidentId))]);
      const nextMs = open.find(({ readyAtMs }) => readyAtMs > nowMs)?.readyAtMs ?? Infinity;
      const soonMs = due.length > 0 ? TAKEOVER_MS : LOOK_EVERY_MS;
      await this.#alarmBefore(Math.min(nextMs + 1, nowMs + soonMs));
    } catch (error) {
      // An alarm that fails again and again is given up by the platform: this one goes on.
      const message = error instanceof Error ? error.message : String(error);
      console.error(JSON.stringify({ type: 'alarm-failed', message }));
      await this.#alarmBefore(nowMs + LOOK_EVERY_MS);
    }
  }

  /** Anew after a failure: the database may be brought forward by then. */
  #openStore(): Promise<Store> {
    this.#store ??= openD1Store(this.env.DB, { joinsBatches: true }).catch((error: unknown) => {
      this.#store = undefined;
      throw error;
    });
    return this.#store;
  }

  async #keepPlace(place: Place): Promise<void> {
    if (this.#isPlaceKept) return;
    await this.ctx.storage.put('place', place);
    this.#isPlaceKept = true;
  }

  async #alarmBefore(atMs: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > atMs) await this.ctx.storage.setAlarm(atMs);
  }

  /** One message for what many alerts at once lead to. */
  #wake(incidentIds: readonly string[]): Promise<void> {
    for (const incidentId of incidentIds) this.#toWake.add(incidentId);
    this.#waking ??= this.#sendWakes().finally(() => {
      this.#waking = undefined;
    });
    return this.#waking;
  }

  async #sendWakes(): Promise<void> {
    while (this.#toWake.size > 0) {
      const incidentIds = [...this.#toWake];
      this.#toWake.clear();
      await sendWork(this.env, incidentIds);
    }
  }
}
