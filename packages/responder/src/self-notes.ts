import type { Brief, Store } from '@midwatch/core/incident';
import { readSelfState } from './self-state.js';
import { describeStopped } from './stopped.js';

const MAX_TOLD = 5;

/** What is amiss with Midwatch itself belongs to what was not checked: every brief says it. */
export async function withSelfNotes(store: Pick<Store, 'controls'>, brief: Brief): Promise<Brief> {
  const { blind, stopped } = await readSelfState(store);
  const notes: string[] = [];
  const isTold =
    stopped && brief.footer.notes.some((note) => note.includes(describeStopped(stopped, 'models')));
  if (stopped !== undefined && isTold !== true) notes.push(describeStopped(stopped));
  if (blind.length > 0) {
    const more = blind.length > MAX_TOLD ? `; and ${blind.length - MAX_TOLD} more` : '';
    const told = blind.slice(0, MAX_TOLD).map(({ text }) => text);
    notes.push(`Midwatch itself: ${told.join('; ')}${more}`);
  }
  return notes.length === 0
    ? brief
    : { ...brief, footer: { ...brief.footer, notes: [...brief.footer.notes, ...notes] } };
}
