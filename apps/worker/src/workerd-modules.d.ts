/** What this app uses of the modules that exist in workerd only. */
declare module 'cloudflare:workers' {
  export interface WorkflowStep {
    do<Result>(name: string, options: { timeout: string }, work: () => Promise<Result>): Promise<Result>;
    sleep(name: string, milliseconds: number): Promise<void>;
  }
  export abstract class WorkflowEntrypoint<Environment, Parameters> {
    protected readonly env: Environment;
    abstract run(event: { readonly payload: Readonly<Parameters> }, step: WorkflowStep): Promise<unknown>;
  }
  export const env: unknown;
  export const exports: { default: { fetch(request: Request): Promise<Response> } };
}

declare module 'cloudflare:test' {
  export function applyD1Migrations(database: unknown, migrations: unknown): Promise<void>;
  export function createScheduledController(options?: { scheduledTime?: Date }): {
    readonly scheduledTime: number;
  };
}
