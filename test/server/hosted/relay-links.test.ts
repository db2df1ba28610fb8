import { expect, it } from "vitest"
import { createActor, SimulatedClock, waitFor } from "xstate"
import { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
import type { HostedAuthInput } from "../../../machines/hosted-auth.types.ts"
import { createRelayLinks } from "../../../src/hosted/relay-links.ts"
import { parseSavedHostedAuth, saveHostedAuth } from "../../../src/hosted/saved-hosted-auth.ts"
import type { Fetch } from "../../../src/http/post-json.ts"
import { createDeferred } from "../../harness/deferred.ts"
import { hostHosted, publicUrl } from "./host-hosted.ts"

/** A user's page. The test controls its clock and its network. */
function openPage(fetch: Fetch, input: HostedAuthInput = { providers: "INSTAGRAM" }) {
  const { createLink, findConnection, confirmReturn } = createRelayLinks({ baseUrl: publicUrl, fetch })
  const clock = new SimulatedClock()
  const machine = hostedAuthMachine.provide({ actors: { createLink, findConnection } })
  const actor = createActor(machine, { input, clock }).start()
  /** Requests a link, and returns it. */
  async function request(): Promise<string> {
    actor.send({ type: "link.request" })
    return (await waitFor(actor, (snapshot) => snapshot.matches("redirected"))).context.url ?? "none:"
  }
  return { actor, clock, confirmReturn, request }
}

const asUser =
  (relay: (request: Request) => Promise<Response>, user: string): Fetch =>
  (url, { body, headers }) =>
    relay(new Request(url, { method: "POST", body, headers: { ...headers, "x-user": user } }))

it.each([
  ["first", 0],
  ["second", 1],
])("ends a page's machine in connected by the %s of three links, over a reload", async (_, followed) => {
  const { relay, finish, callback, connected } = hostHosted()
  const fetch = asUser(relay, "ada")
  const before = openPage(fetch)
  const urls: string[] = []
  while (urls.length < 3) urls.push(await before.request())
  const resume = parseSavedHostedAuth(JSON.parse(JSON.stringify(saveHostedAuth(before.actor.getSnapshot()))))
  before.actor.stop()
  const { actor, clock } = openPage(fetch, { resume })
  expect(saveHostedAuth(actor.getSnapshot())).toEqual(resume)
  const otherTab = openPage(fetch)
  await otherTab.confirmReturn(`#hosted_return=${await finish(urls[followed] ?? "none:")}`)
  await callback()
  clock.increment(5_000)
  const { output } = await waitFor(actor, (snapshot) => snapshot.status === "done")
  expect([output?.status, new Set(urls).size, connected.length]).toEqual(["connected", 3, 1])
  expect(JSON.stringify(output)).not.toContain(connected[0]?.accountId)
})

it("ends a page's machine in connected by the longest account id too", async () => {
  const { relay, finish, callback, connected } = hostHosted()
  const page = openPage(asUser(relay, "ada"))
  const token = await finish(await page.request())
  const accountId = "\u20ac".repeat(1000)
  expect(await callback({ body: { account_id: accountId } })).toBe(204)
  await page.confirmReturn(`#hosted_return=${token}`)
  page.actor.send({ type: "return.success" })
  await waitFor(page.actor, (snapshot) => snapshot.matches("connected"))
  expect(connected).toMatchObject([{ userId: "ada", accountId }])
})

it("fails the page of the user whose link another has returned from", async () => {
  const { relay, finish, callback } = hostHosted()
  const page = openPage(asUser(relay, "mallory"))
  const token = await finish(await page.request())
  const victim = openPage(asUser(relay, "victim"))
  expect(await victim.confirmReturn(`#hosted_return=${token}`)).toBe("failure")
  await callback()
  page.clock.increment(5_000)
  const { output } = await waitFor(page.actor, (snapshot) => snapshot.status === "done")
  expect(output).toMatchObject({ status: "failed", failure: { type: "errors/account_mismatch", recovery: "restart" } })
})

it.each<[string, (online: (user: string) => Fetch) => Fetch]>([
  ["did not get through", () => () => Promise.reject(new Error("offline"))],
  ["came while nobody was signed in", (online) => online("")],
])("posts a return again with the next poll that %s", async (_, toBroken) => {
  const { relay, finish, callback, connected } = hostHosted()
  const online = (user: string) => asUser(relay, user)
  let fetch = online("ada")
  const page = openPage((url, init) => fetch(url, init))
  const token = await finish(await page.request())
  await callback()
  fetch = toBroken(online)
  expect(await page.confirmReturn(`#hosted_return=${token}`)).toBe("success")
  page.actor.send({ type: "return.success" })
  await waitFor(page.actor, (snapshot) => snapshot.matches({ redirected: "waiting" }))
  expect(connected).toEqual([])
  fetch = online("ada")
  page.clock.increment(5_000)
  await waitFor(page.actor, (snapshot) => snapshot.matches("connected"))
  expect(connected.length).toBe(1)
})

it("resolves with success where a poll has posted the return meanwhile and its own response is lost", async () => {
  const { relay, finish } = hostHosted()
  const online = asUser(relay, "ada")
  const held = createDeferred<Response>()
  let posted = 0
  const page = openPage((url, init) => (url.endsWith("/returned") && ++posted === 1 ? held.promise : online(url, init)))
  const token = await finish(await page.request())
  const returned = page.confirmReturn(`#hosted_return=${token}`)
  page.clock.increment(5_000)
  await waitFor(page.actor, (snapshot) => snapshot.matches({ redirected: "waiting" }))
  held.reject(new TypeError("connection reset"))
  expect([await returned, posted]).toEqual(["success", 2])
})

it("finds the newest link also where the API refuses an earlier one", async () => {
  let made = 0
  const page = openPage(async (url, { body }) => {
    if (url.endsWith("/link")) return Response.json({ url: `https://auth.postpress.ai/${++made}`, expiresIn: 60_000 })
    const isNewest = body.includes("postpress.ai/2")
    return isNewest ? Response.json({ status: "connected", token: "acc_1" }) : new Response("gone", { status: 404 })
  })
  await page.request()
  await page.request()
  page.clock.increment(5_000)
  await waitFor(page.actor, (snapshot) => snapshot.matches("connected"))
})

it.each(["/link", "/connection"])("aborts the request to %s that a person cancels", async (path) => {
  const signals: AbortSignal[] = []
  const page = openPage((url, { signal }) => {
    if (!url.endsWith(path)) return Response.json({ url: "https://auth.postpress.ai/1", expiresIn: 60_000 })
    signals.push(signal)
    return new Promise<Response>(() => {})
  })
  page.actor.send({ type: "link.request" })
  await waitFor(page.actor, (snapshot) => path === "/link" || snapshot.matches("redirected"))
  page.clock.increment(5_000)
  await expect.poll(() => signals.length).toBe(1)
  page.actor.send({ type: "intent.cancel" })
  expect(signals[0]?.aborted).toBe(true)
})

it("posts the newest of two returns again, whatever becomes of the one before", async () => {
  const held = createDeferred<Response>()
  const posted: string[] = []
  const page = openPage((url, { body }) => {
    if (url.endsWith("/link")) return Response.json({ url: "https://auth.postpress.ai/1", expiresIn: 60_000 })
    if (url.endsWith("/connection")) return Response.json({ status: "pending" })
    posted.push(JSON.parse(body).token)
    return posted.length === 1 ? held.promise : Promise.reject(new TypeError("offline"))
  })
  await page.request()
  const before = page.confirmReturn("#hosted_return=one")
  await page.confirmReturn("#hosted_return=two")
  held.resolve(Response.json({ status: "pending" }))
  await before
  page.clock.increment(5_000)
  await expect.poll(() => posted).toEqual(["one", "two", "two"])
})

it("passes the host's own word for an account to reconnect on to the host", async () => {
  const asked: (string | null)[] = []
  const { relay, sent } = hostHosted({
    getReconnectAccount: ({ url }) => {
      asked.push(new URL(url).searchParams.get("account"))
      return "acc_of_ada"
    },
  })
  const page = openPage(asUser(relay, "ada"), { providers: "LINKEDIN", reconnectAccount: "my account & more" })
  await page.request()
  expect(asked).toEqual(["my account & more"])
  expect(sent).toMatchObject([{ type: "reconnect", reconnect_account: "acc_of_ada" }])
})

it.each([
  ["", undefined],
  ["#", undefined],
  ["#tab=new", undefined],
  ["#hosted=failure", "failure"],
  ["#hosted=failure?error=denied", "failure"],
  ["#hosted_return=forged", "failure"],
])("reads how a person has come back from %j", async (fragment, returned) => {
  const { relay } = hostHosted()
  expect(await openPage(asUser(relay, "ada")).confirmReturn(fragment)).toBe(returned)
})

it.each([undefined, new URL("https://app.example/#hosted=failure")])(
  "refuses a return that is no text",
  async (returned) => {
    const { relay } = hostHosted()
    const confirmed = openPage(asUser(relay, "ada")).confirmReturn(returned as never)
    await expect(confirmed).rejects.toMatchObject({ code: "invalid_option" })
  },
)

it.each([
  [401, { type: "errors/not_signed_in" }, "failed"],
  [401, "no JSON", "failed"],
  [500, { url: "https://auth.postpress.ai/x", expiresIn: 1_000 }, "idle"],
  [500, "no JSON", "idle"],
  [201, { url: "javascript:alert(1)", expiresIn: 1 }, "idle"],
  [201, { url: "https://auth.postpress.ai/x", expiresIn: 1e99 }, "idle"],
])("survives a relay that responds %s %j to the request of a link", async (status, body, state) => {
  const page = openPage(async () => new Response(JSON.stringify(body), { status }))
  page.actor.send({ type: "link.request" })
  const { value } = await waitFor(page.actor, (snapshot) => !snapshot.matches("linking"))
  expect(value).toBe(state)
})
