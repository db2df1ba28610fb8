import { onTestFinished } from "vitest"
import { type SandboxServerOptions, startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"

/** The start of these tests: the documents' example, two hours before its link expires. */
export const startsAt = Date.parse("2026-06-30T10:00:00.701Z")

export const hour = 3_600_000

/** The request in the documents. @see postpress, Hosted auth wizard, step 1. */
export const request = {
  type: "create",
  providers: ["LINKEDIN", "WHATSAPP", "GOOGLE"],
  api_url: "https://api.postpress.ai/v1",
  expiresOn: "2026-06-30T12:00:00.701Z",
}

/** Starts a sandbox for the length of a test, with its clock at the start of these tests. */
export async function start(options?: SandboxServerOptions) {
  const server = await startSandbox({ clock: { now: () => startsAt }, ...options })
  onTestFinished(server.close)
  return server
}

/** Creates a link and returns its URL. */
export async function createLink(sandbox: { url: string; fetch?: typeof globalThis.fetch }, more: object = {}) {
  const { post } = createClient(sandbox.fetch ?? fetch, sandbox.url)
  const { body, short } = await post("/hosted/accounts/link", { ...request, ...more })
  if (short !== "201") throw new Error(`There is no link: ${short}`)
  return String(body["url"])
}
