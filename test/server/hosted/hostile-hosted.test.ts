import fc from "fast-check"
import { expect, it } from "vitest"
import { hostHosted, publicUrl, returnTo } from "./host-hosted.ts"

const paths = ["link", "connection", "returned", "return", "notification", "status"].map((name) => `/hosted/${name}`)

/** JSON close to a route's body, with parts of wrong types. */
function nearly(good: readonly string[]) {
  const part = fc.oneof(
    fc.constantFrom<unknown>(...good, "create", "reconnect", "CREATION_SUCCESS", "CREDENTIALS", "*", "INSTAGRAM"),
    fc.string({ unit: "binary" }),
    fc.jsonValue(),
  )
  const names = ["type", "providers", "url", "token", "status", "account_id", "name", "requireReturn", "__proto__"]
  const body = fc.dictionary(fc.constantFrom(...names), part, { maxKeys: 6 })
  const [url, token] = good
  const valid = fc.constantFrom<object>({ url }, { token }, { type: "create", providers: "*" })
  return fc.oneof(
    { weight: 3, arbitrary: fc.oneof(body, body, body, valid).map((json) => JSON.stringify(json)) },
    { weight: 1, arbitrary: fc.string() },
  )
}

/** `HOSTILE_RUNS` sends more requests. */
const numRuns = Number(process.env["HOSTILE_RUNS"] ?? 2_000)

it(`survives ${numRuns} hostile requests: no error of its own, no account, and links alone go upstream`, async () => {
  const { relay, createLink, finish, callbacks, connected, sent, problems } = hostHosted()
  const url = await createLink("mallory")
  const token = await finish(url)
  const [{ url: notifyUrl, body } = { url: "", body: "{}" }] = callbacks
  const key = new URL(notifyUrl).searchParams.get("key") ?? ""
  const { name } = JSON.parse(body)

  const request = fc.record({
    path: fc.constantFrom(...paths),
    method: fc.constantFrom("POST", "POST", "POST", "GET", "PUT", "OPTIONS", "DELETE"),
    query: fc.oneof(
      fc.constantFrom(
        "",
        `?key=${key}`,
        `?key=${key}`,
        `?hosted_return=${token}`,
        "?key=",
        "?key=%ff",
        `?x&key=${key}a`,
      ),
      fc.string().map((text) => `?${encodeURIComponent(text)}`),
    ),
    user: fc.constantFrom("", "ada", "victim"),
    type: fc.constantFrom("application/json", "application/json", "text/plain", "application/json;charset=utf-16"),
    origin: fc.constantFrom(undefined, "https://evil.example", "null", "https://app.example"),
    body: nearly([url, token, name]),
  })
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(request, async ({ path, method, query, user, type, origin, body: text }) => {
      const headers = { "content-type": type, "x-user": user, ...(origin && { origin }) }
      const hasBody = method !== "GET"
      const init = { method, headers, ...(hasBody && { body: text }) }
      const response = await relay(new Request(publicUrl + path + query, init))
      statuses.add(response.status)
      expect(response.status).toBeLessThan(500)
      const responded = (await response.text()) + JSON.stringify([...response.headers])
      expect(responded).not.toContain(key)
      expect(responded).not.toMatch(/acc_[\w-]{8}/)
      if (response.status === 303) expect(response.headers.get("location")?.startsWith(returnTo)).toBe(true)
    }),
    { numRuns, seed: 20_261_127 },
  )
  expect([...statuses].sort()).toEqual(expect.arrayContaining([201, 202, 303, 400, 401, 403, 405, 415]))
  expect(connected).toEqual([])
  expect(sent.every((each) => "providers" in each)).toBe(true)
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["origin_not_allowed", "notification_refused"]))
}, 60_000)
