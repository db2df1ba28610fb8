// What the parts of projects that the pages print find in those projects.

/** As the types of Vite's client and of Next.js declare it. */
declare module "*.css" {}

/** A new app of Vite's has it. */
declare module "@vitejs/plugin-react" {
  export default function react(): import("vite").Plugin[]
}

/** The reader's own program. */
declare module "*/your-app.js" {
  export function findUser(request: Request): Promise<{ id: string } | undefined>
  export function saveAccount(userId: string, provider: string | undefined, accountId: string): Promise<void>
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
