/** What this app uses of the modules that exist in workerd only. */
declare module 'cloudflare:workers' {
  export interface WorkflowStepOptions {
    readonly retries: { readonly limit: number; readonly delay: string; readonly backoff: 'exponential' };
    readonly timeout: string;
  }
  export interface WorkflowStep {
    do<Result>(name: string, options: WorkflowStepOptions, work: () => Promise<Result>): Promise<Result>;
    sleep(name: string, milliseconds: number): Promise<void>;
  }
  export abstract class WorkflowEntrypoint<Environment, Parameters> {
    protected readonly env: Environment;
    abstract run(event: { readonly payload: Readonly<Parameters> }, step: WorkflowStep): Promise<unknown>;
  }
  export interface DurableObjectState {
    readonly storage: {
      get<Value>(key: string): Promise<Value | undefined>;
      put(key: string, value: unknown): Promise<void>;
      getAlarm(): Promise<number | null>;
      setAlarm(atMs: number): Promise<void>;
      deleteAlarm(): Promise<void>;
    };
  }
  export abstract class DurableObject<Environment> {
    constructor(ctx: DurableObjectState, env: Environment);
    protected readonly ctx: DurableObjectState;
    protected readonly env: Environment;
    alarm?(): Promise<void>;
  }
  export const env: unknown;
  export const exports: { default: { fetch(request: Request): Promise<Response> } };
}

declare module 'cloudflare:test' {
  import type { DurableObjectState } from 'cloudflare:workers';

  export function applyD1Migrations(database: unknown, migrations: unknown): Promise<void>;
  export function createScheduledController(options?: { scheduledTime?: Date }): {
    readonly scheduledTime: number;
  };
  export function runInDurableObject<Result>(
    stub: unknown,
    callback: (instance: unknown, state: DurableObjectState) => Promise<Result>,
  ): Promise<Result>;
  export function runDurableObjectAlarm(stub: unknown): Promise<boolean>;
}
