import type { Control } from '@midwatch/core/incident';
import { fromStoredJson, toStoredJson, toStoredText, toStoredTime } from './stored-text.js';

export interface ControlRow {
  readonly name: string;
  readonly document: string;
  readonly set_at_ms: number;
}

/** Of one answer. */
export const maxControls = 1_000;

/** A control as a row, checked: from here on it cannot be refused. */
export function prepareControl(name: string, value: unknown, nowMs: number): ControlRow {
  return {
    name: toControlName(name),
    document: toStoredJson(value, 'a control') ?? 'null',
    set_at_ms: toStoredTime(nowMs, 'the time'),
  };
}

export function toControlName(name: string): string {
  return toStoredText(name, "a control's name");
}

export function toControl({ document, name, set_at_ms }: ControlRow): Control {
  return { name, value: fromStoredJson(document), setAtMs: Number(set_at_ms) };
}
