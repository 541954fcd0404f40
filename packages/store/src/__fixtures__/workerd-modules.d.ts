/** What the tests use of the modules that exist in workerd only. */
declare module 'cloudflare:test' {
  export interface D1Migration {
    name: string;
    queries: string[];
  }
  export function applyD1Migrations(database: unknown, migrations: D1Migration[]): Promise<void>;
}

declare module 'cloudflare:workers' {
  export const env: Readonly<Record<string, unknown>>;
}
