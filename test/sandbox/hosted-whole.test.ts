import { describe, expect, it, onTestFinished } from "vitest"
import { createActor, fromPromise, toPromise, waitFor } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { LinkOutcome, LinkRequest } from "../../machines/hosted-auth.types.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createClient } from "./client.ts"
import { createBrowser } from "./hosted-browser.ts"

const host = "https://app.example.com"

interface Place {
  fetch: typeof fetch
  baseUrl: string
}

type Start = (options: { fetch: Fetch; statusUrl: string }) => Promise<Place>

interface Callback {
  url: string
  body: Record<string, string>
}

/** A host's back end, as far as it is called. */
function createHost() {
  const waiting: ((callback: Callback) => void)[] = []
  const fetch: Fetch = (url, { body }) => {
    waiting.shift()?.({ url, body: JSON.parse(body) })
    return new Response(null, { status: 204 })
  }
  return { fetch, next: () => new Promise<Callback>((resolve) => waiting.push(resolve)) }
}

/** Starts a login on the host's machine, and returns it with the link to follow. */
async function startLogin({ fetch, baseUrl }: Place, request: LinkRequest & { userId: string }) {
  const { post } = createClient(fetch, baseUrl)
  const createLink = fromPromise<LinkOutcome, LinkRequest>(
    async ({ input: { providers, userId, reconnectAccount } }) => {
      const expiresAt = Date.now() + 3_600_000
      const { body } = await post("/hosted/accounts/link", {
        type: reconnectAccount === undefined ? "create" : "reconnect",
        api_url: baseUrl,
        providers,
        expiresOn: new Date(expiresAt).toISOString(),
        notify_url: `${host}/notify`,
        name: userId,
        success_redirect_url: `${host}/done`,
        reconnect_account: reconnectAccount,
      })
      return { kind: "linked", at: Date.now(), url: String(body["url"]), expiresAt }
    },
  )
  const actor = createActor(hostedAuthMachine.provide({ actors: { createLink } }), { input: request }).start()
  onTestFinished(() => void actor.stop())
  actor.send({ type: "link.request" })
  const { context } = await waitFor(actor, (snapshot) => snapshot.matches("redirected"))
  return { actor, url: context.url ?? "" }
}

/** Follows a link to its end, by a two-factor code, and returns where that leads. */
async function walk({ fetch }: Place, url: string): Promise<string> {
  const page = await createBrowser(fetch).visit(url)
  const login = page.buttons.includes("Instagram") ? await page.press("Instagram") : page
  const checkpoint = await login.press("Continue", { Username: "2fa", Password: "correct horse" })
  return (await checkpoint.press("Continue", { Code: "123456" })).url
}

describe.each<[string, Start]>([
  ["in process", async (options) => ({ fetch: createSandbox(options).fetch, baseUrl: "https://api.postpress.ai/v1" })],
  [
    "over HTTP",
    async (options) => {
      const { url, close } = await startSandbox({ ...options, basePath: "/api/v1" })
      onTestFinished(close)
      return { fetch, baseUrl: url }
    },
  ],
])("%s", (_, start) => {
  it("a person is connected, and connected again when the account needs it", async () => {
    const { fetch, next } = createHost()
    const place = await start({ fetch, statusUrl: `${host}/status?key=secret` })

    const first = await startLogin(place, { providers: "*", userId: "ada" })
    const connected = next()
    expect(await walk(place, first.url)).toBe(`${host}/done`)
    first.actor.send({ type: "return.success" })
    expect(first.actor.getSnapshot().matches("redirected")).toBe(true)
    const accountId = expect.stringMatching(/^acc_/)
    const { url, body } = await connected
    expect({ url, body }).toEqual({
      url: `${host}/notify`,
      body: { status: "CREATION_SUCCESS", name: "ada", account_id: accountId },
    })
    const account = body["account_id"] ?? "none"
    first.actor.send({ type: "callback.received", status: "CREATION_SUCCESS", userId: "ada", accountId: account })
    expect(await toPromise(first.actor)).toEqual({ status: "connected", userId: "ada", accountId: account })

    const broken = next()
    const { post } = createClient(place.fetch, place.baseUrl)
    await post("/sandbox/account-status", { account_id: account, status: "CREDENTIALS" })
    expect(await broken).toEqual({
      url: `${host}/status?key=secret`,
      body: { account_id: account, status: "CREDENTIALS" },
    })

    const second = await startLogin(place, { providers: "INSTAGRAM", userId: "ada", reconnectAccount: account })
    const repaired = next()
    await walk(place, second.url)
    expect((await repaired).body).toEqual({ status: "RECONNECTED", name: "ada", account_id: account })
    second.actor.send({ type: "callback.received", status: "RECONNECTED", userId: "ada", accountId: account })
    expect(await toPromise(second.actor)).toEqual({ status: "connected", userId: "ada", accountId: account })
  })
})
