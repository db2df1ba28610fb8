import { createSandbox } from "../../../src/sandbox/create-sandbox.ts"
import type { UnconfirmedAccount } from "../../../src/server/hosted/notifications.ts"
import { createMemoryStore } from "../../../src/server/memory-store.ts"
import type { RelayOptions } from "../../../src/server/relay/create-relay.ts"
import { apiKey, hostRelay } from "../relay/host-relay.ts"

export const publicUrl = "https://app.example/api/auth"
export const returnTo = "https://app.example/accounts?tab=new"

/** Hosts a relay in front of a sandbox. A header signs its users in, and the test posts the sandbox's callbacks. */
export function hostHosted(options: Partial<RelayOptions> = {}) {
  const callbacks: { url: string; body: string }[] = []
  const sent: Record<string, unknown>[] = []
  const unconfirmed: UnconfirmedAccount[] = []
  const sandbox = createSandbox({
    apiKey,
    clock: { now: () => clock.now() },
    fetch: async (url, { body }) => {
      callbacks.push({ url, body })
      return new Response(null, { status: 204 })
    },
  })
  const { clock, connected, problems, advance, host } = hostRelay({
    fetch: (url, init) => {
      sent.push(JSON.parse(init.body))
      return sandbox.fetch(url, init)
    },
    publicUrl,
    returnTo,
    onUnconfirmed: (account) => unconfirmed.push(account),
    ...options,
  })
  const store = createMemoryStore({ clock })
  let relay = host({ store })

  /** Posts as a user's page does. */
  async function post(path: string, body: unknown, user = "ada") {
    const headers = { "content-type": "application/json", ...(user && { "x-user": user }) }
    const request = new Request(publicUrl + path, { method: "POST", headers, body: JSON.stringify(body) })
    const response = await relay(request)
    const text = await response.text()
    return { status: response.status, json: text === "" ? {} : JSON.parse(text) }
  }

  return {
    sandbox,
    clock,
    sent,
    callbacks,
    connected,
    unconfirmed,
    problems,
    post,
    relay: (request: Request) => relay(request),
    hosted: () => relay.hosted,
    /** Hosts another relay of the same host in the first one's place. */
    replace: (more: Partial<RelayOptions>) => {
      relay = host({ store, ...more })
    },
    advance,
    async createLink(user = "ada", body: object = { type: "create", providers: "INSTAGRAM" }): Promise<string> {
      const { json } = await post("/hosted/link", body, user)
      return json.url
    },
    /** Creates a link of the back end, which requires no return. */
    async mailLink(providers: "LINKEDIN" | "*", lifetime = 60_000): Promise<string> {
      const expiresAt = clock.now() + lifetime
      const link = { type: "create", userId: "ada", providers, expiresAt, requireReturn: false } as const
      const outcome = await relay.hosted.createLink(link)
      return outcome.kind === "linked" ? outcome.url : "none:"
    },
    /** Goes through the wizard, and returns the token of the browser's return. */
    async finish(url: string, username = "ok"): Promise<string> {
      const body = new URLSearchParams({ step: "0", action: "continue", username, password: "correct horse" })
      const wizard = await sandbox.fetch(url, { method: "POST", body, redirect: "manual" })
      const back = await relay(new Request(wizard.headers.get("location") ?? "none:"))
      return new URL(back.headers.get("location") ?? "none:").hash.replace("#hosted_return=", "")
    },
    /** Posts the newest callback of the API, or a replacement. */
    async callback(change: { url?: string; body?: object } = {}): Promise<number> {
      const { url = "none:", body = "{}" } = callbacks.at(-1) ?? {}
      const changed = JSON.stringify({ ...JSON.parse(body), ...change.body })
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: changed }
      return (await relay(new Request(change.url ?? url, init))).status
    },
    confirm: (token: string, user = "ada") => post("/hosted/returned", { token }, user),
    poll: (url: string, user = "ada") => post("/hosted/connection", { url }, user),
  }
}

/** Hosts a relay, and goes through the wizard with a user's link. */
export async function hostFinished(user = "ada") {
  const host = hostHosted()
  const url = await host.createLink(user)
  return { ...host, url, token: await host.finish(url) }
}
