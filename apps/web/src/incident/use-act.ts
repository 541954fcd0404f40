import { useState } from 'preact/hooks';
import { ask, Refusal } from '../live/ask.js';

/** What people may do to an incident: the last part of its route. */
export type Action =
  | 'owner'
  | 'release'
  | 'look'
  | 'outcome'
  | 'usefulness'
  | 'silence'
  | `actions/${string}/${'approve' | 'reject' | 'undo'}`;

export interface Acting {
  /** While an answer is waited for: which one. */
  readonly busy: Action | undefined;
  /** Why the last one was refused. */
  readonly problem: string | undefined;
  /** False when it was not done. */
  act(action: Action, body?: object): Promise<boolean>;
}

/** Does what a person wants to an incident, one thing at a time, and has it read anew. */
export function useAct(id: string, onActed: () => void): Acting {
  const [busy, setBusy] = useState<Action>();
  const [problem, setProblem] = useState<string>();
  return {
    busy,
    problem,
    async act(action, body = {}) {
      setBusy(action);
      setProblem(undefined);
      try {
        await ask(`/incidents/${encodeURIComponent(id)}/${action}`, { body });
        onActed();
        return true;
      } catch (error) {
        setProblem(error instanceof Refusal ? error.message : 'the server cannot be reached');
        return false;
      } finally {
        setBusy(undefined);
      }
    },
  };
}

/** Those who may agree to an action on a system: nobody without a token, since it is kept who did. */
export function mayApprove(role: string | undefined): boolean {
  return role === 'approver' || role === 'admin';
}

/** Those who may do something; where no token is configured, this machine may. */
export function mayAct(role: string | undefined): boolean {
  return role !== 'viewer';
}
