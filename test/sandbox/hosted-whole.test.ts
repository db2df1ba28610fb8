import { describe, expect, it, onTestFinished } from "vitest"
import { createActor, fromPromise, toPromise, waitFor } from "xstate"
import { hostedAuthMachine } from "../../machines/hosted-auth.machine.ts"
import type { LinkOutcome, LinkRequest } from "../../machines/hosted-auth.types.ts"
import type { Fetch } from "../../src/http/post-json.ts"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createHostedAuth } from "../../src/server/create-hosted-auth.ts"
import { createNotificationHandler } from "../../src/server/create-notification-handler.ts"
import type { AccountStatus } from "../../src/server/parse-account-status.ts"
import type { AccountNotification } from "../../src/server/parse-notification.ts"
import { getStatusKey } from "../../src/server/status-key.ts"
import { createClient } from "./client.ts"
import { createBrowser } from "./hosted-browser.ts"

const secret = "the signing secret, of 32 characters or more"
const host = "https://app.example.com"

interface Place {
  fetch: typeof fetch
  baseUrl: string
}

type Begin = (options: { fetch: Fetch; statusUrl: string }) => Promise<Place>

/** A host's back end: the account of each user, and what came in, as it comes in. */
function createHost() {
  const accounts = new Map<string, string>()
  const waiting: ((came: AccountNotification | AccountStatus) => void)[] = []
  const hear = (came: AccountNotification | AccountStatus) => waiting.shift()?.(came)
  const handle = createNotificationHandler({
    secret,
    onConnected(notification) {
      accounts.set(notification.userId, notification.accountId)
      hear(notification)
    },
    onNeedsReconnect: hear,
  })
  const fetch: Fetch = (url, init) => handle(new Request(url, init))
  /** What comes in next. */
  const next = () => new Promise((resolve) => waiting.push(resolve))
  return { accounts, fetch, next }
}

/** Asks for a link and gives the login, as the host's machine has it, with the link to follow. */
async function startLogin({ fetch, baseUrl }: Place, request: LinkRequest & { userId: string }) {
  const hosted = createHostedAuth({ apiKey: "sandbox", secret, baseUrl, fetch })
  const createLink = fromPromise<LinkOutcome, LinkRequest>(async ({ input: { providers, reconnectAccount } }) => {
    const expiresAt = Date.now() + 3_600_000
    const { url } = await hosted.createLink({
      type: reconnectAccount === undefined ? "create" : "reconnect",
      userId: request.userId,
      providers,
      expiresOn: new Date(expiresAt).toISOString(),
      notify_url: `${host}/notify`,
      success_redirect_url: `${host}/done`,
      ...(reconnectAccount !== undefined && { reconnect_account: reconnectAccount }),
    })
    return { kind: "linked", at: Date.now(), url, expiresAt }
  })
  const actor = createActor(hostedAuthMachine.provide({ actors: { createLink } }), { input: request }).start()
  onTestFinished(() => void actor.stop())
  actor.send({ type: "link.request" })
  const { context } = await waitFor(actor, (snapshot) => snapshot.matches("redirected"))
  return { actor, url: context.url ?? "" }
}

/** Follows a link to its end, by a two-factor code, and gives where that leads. */
async function walk({ fetch }: Place, url: string): Promise<string> {
  const page = await createBrowser(fetch).visit(url)
  const login = page.buttons.includes("Instagram") ? await page.press("Instagram") : page
  const checkpoint = await login.press("Continue", { Username: "2fa", Password: "correct horse" })
  return (await checkpoint.press("Continue", { Code: "123456" })).url
}

describe.each<[string, Begin]>([
  ["in process", async (options) => ({ fetch: createSandbox(options).fetch, baseUrl: "https://api.postpress.ai/v1" })],
  [
    "over HTTP",
    async (options) => {
      const { url, close } = await startSandbox({ ...options, basePath: "/api/v1" })
      onTestFinished(close)
      return { fetch, baseUrl: url }
    },
  ],
])("%s", (_, begin) => {
  it("a person is connected, and connected again when the account needs it", async () => {
    const { accounts, fetch, next } = createHost()
    const place = await begin({ fetch, statusUrl: `${host}/notify?key=${await getStatusKey(secret)}` })

    const first = await startLogin(place, { providers: "*", userId: "ada" })
    const connected = next()
    expect(await walk(place, first.url)).toBe(`${host}/done`)
    first.actor.send({ type: "return.success" })
    expect(first.actor.getSnapshot().value).toBe("redirected")
    const accountId = expect.stringMatching(/^acc_/)
    expect(await connected).toEqual({ status: "CREATION_SUCCESS", userId: "ada", accountId })
    const account = accounts.get("ada") ?? "none"
    first.actor.send({ type: "callback.received", status: "CREATION_SUCCESS", userId: "ada", accountId: account })
    expect(await toPromise(first.actor)).toEqual({ status: "connected", userId: "ada", accountId })

    const broken = next()
    const { post } = createClient(place.fetch, place.baseUrl)
    await post("/sandbox/account-status", { account_id: account, status: "CREDENTIALS" })
    expect(await broken).toEqual({ accountId: account, status: "CREDENTIALS", needsReconnect: true })

    const second = await startLogin(place, { providers: "INSTAGRAM", userId: "ada", reconnectAccount: account })
    const repaired = next()
    await walk(place, second.url)
    expect(await repaired).toEqual({ status: "RECONNECTED", userId: "ada", accountId: account })
    second.actor.send({ type: "callback.received", status: "RECONNECTED", userId: "ada", accountId: account })
    expect(await toPromise(second.actor)).toEqual({ status: "connected", userId: "ada", accountId: account })
  })
})
