// Modules of readers' projects that the printed parts of the pages import.

/** A new Vite app has it. */
declare module "@vitejs/plugin-react" {
  export default function react(): import("vite").Plugin[]
}

/** A new Next.js app has it. */
declare module "next/navigation" {
  export function usePathname(): string
}

/** The reader's own program. */
declare module "*/your-app.js" {
  export function findUser(request: Request): Promise<{ id: string } | undefined>
  export function saveAccount(userId: string, accountId: string): Promise<void>
  export function saveEnd(id: string, output: import("auth-intent").AuthIntentOutput): Promise<void>
}

/** The parts of the engines, Playwright and pg that these pages use. A reader has them installed. */
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
