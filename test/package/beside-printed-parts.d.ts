// What the parts of projects that the pages print find in those projects.

/** A new app of Vite's has it. */
declare module "@vitejs/plugin-react" {
  export default function react(): import("vite").Plugin[]
}

/** A new app of Next.js has it. */
declare module "next/navigation" {
  export function usePathname(): string
}

/** The reader's own program. */
declare module "*/your-app.js" {
  export function findUser(request: Request): Promise<{ id: string } | undefined>
  export function saveAccount(userId: string, accountId: string): Promise<void>
  export function saveEnd(id: string, output: import("auth-intent").AuthIntentOutput): Promise<void>
}

/** What these pages use of the engines, of Playwright and of pg: a reader has installed them. */
declare module "@restatedev/restate-sdk" {
  type Restate = import("auth-intent/restate").RestateModule<object>
  export const object: Restate["object"]
  export const handlers: Restate["handlers"]
  export const serde: Restate["serde"]
  export function serve(options: { services: object[]; port: number }): Promise<number>
}

declare module "@dbos-inc/dbos-sdk" {
  export const DBOS: import("auth-intent/dbos").DbosModule & {
    setConfig(config: Record<"name" | "systemDatabaseUrl" | "applicationVersion" | "executorID", string>): void
    launch(): Promise<void>
  }
}

declare module "playwright-core" {
  interface Locator {
    nth(index: number): Locator
    fill(text: string): Promise<void>
    click(): Promise<void>
  }
  export interface Page {
    locator(selector: string): Locator
    getByRole(role: "button", options: { name: string }): Locator
  }
}

declare module "pg" {
  export interface Pool {
    query(text: string, values: unknown[]): Promise<{ rows: { value: string }[]; rowCount: number | null }>
  }
}

/** Express has no types of its own. */
declare module "express" {
  type Handler = (request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => unknown
  const express: (() => {
    all(path: string, handler: Handler): void
    use(handler: Handler): void
    listen(port: number): void
  }) & {
    json(): Handler
  }
  export default express
}
