import { rankMemories, toFeatures, toSignatures, toWords } from '@midwatch/core';
import type { Memory, SeenBefore } from '@midwatch/core/incident';
import { reduce } from '@midwatch/evidence';
import type { Incident } from './incidents.ts';

/** An incident with what it is like and what its cause is called. */
export interface Case {
  readonly kind: string;
  readonly seed: number;
  readonly memory: Memory;
}

/** False alarms have no cause to remember. */
export function toCases(incidents: readonly Incident[], seed: number): readonly Case[] {
  return incidents
    .filter(({ guilty }) => guilty !== undefined)
    .map(({ alert, collection, guilty, name }) => {
      const kind = name.split(' ')[0] ?? name;
      const features = toFeatures(toSignatures(reduce(collection, alert)));
      const { namespace, service } = alert.target;
      const told = { key: `${kind}-${seed}`, atMs: 0, cause: kind, helped: 0, misled: 0 };
      const place = {
        ...(service && { service }),
        ...(namespace && { namespace }),
        ...(guilty && { causeService: guilty }),
      };
      return { kind, seed, memory: { ...told, ...place, ...features } };
    });
}

/** As a post-mortem that was imported would stand: no signatures, the words of the strongest three. */
export function asText({ memory, ...rest }: Case): Case {
  const text = memory.signatures.slice(0, 3).map((signature) => signature.split(' ').slice(2).join(' '));
  return { ...rest, memory: { ...memory, signatures: [], words: toWords(text.join(' ')) } };
}

/** What would be shown for one incident out of these memories. */
export function recall({ memory }: Case, memories: readonly Case[]): readonly SeenBefore[] {
  const { namespace, service, signatures, words } = memory;
  const place = { ...(service && { service }), ...(namespace && { namespace }) };
  return rankMemories(
    { signatures, words, ...place },
    memories.map((each) => each.memory),
    { total: memories.length },
  );
}

export interface Measured {
  /** Shares from 0 to 1. */
  readonly shown: number;
  readonly hits: number;
  readonly misleads: number;
  readonly cases: number;
}

/** Repeats: one of its kind is among the memories. Look-alikes: it is left out, so that whatever is shown first is wrong. */
export function measure(
  asked: readonly Case[],
  memories: readonly Case[],
): { repeats: Measured; lookAlikes: Measured } {
  const share = (of: readonly boolean[]) => of.filter(Boolean).length / of.length;
  const measureWith = (toMemories: (each: Case) => readonly Case[]): Measured => {
    const firsts = asked.map((each) => ({ each, first: recall(each, toMemories(each))[0] }));
    return {
      shown: share(firsts.map(({ first }) => first !== undefined)),
      hits: share(firsts.map(({ each, first }) => first?.cause === each.kind)),
      misleads: share(firsts.map(({ each, first }) => first !== undefined && first.cause !== each.kind)),
      cases: asked.length,
    };
  };
  return {
    repeats: measureWith(() => memories),
    lookAlikes: measureWith(({ kind }) => memories.filter((memory) => memory.kind !== kind)),
  };
}
