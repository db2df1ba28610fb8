import { expect, it, vi } from "vitest"
import { personMoves } from "../../src/testing/auth-intent/moves.ts"
import { createPageDriver } from "../../src/testing/create-page-driver.ts"
import { type DrivenPage, type PageLocators, type PageRoute, pass, toPattern } from "../../src/testing/driven-page.ts"
import type { Look } from "../../src/testing/in-page.ts"
import { readPageStep } from "../../src/testing/read-page-step.ts"

const body = JSON.stringify({ provider: "INSTAGRAM", credentials: { username: "ada", password: "correct horse" } })
const requestOf = (method: string, url: string, body: string | null = null) => ({
  method: () => method,
  url: () => url,
  postData: () => body,
  headers: () => ({}),
})
const nothing = async () => {}
const locators: PageLocators = { url: "/", buttons: { approve: "a", switchMethod: "b", cancel: "c" } }

/** A page without a browser. A press of a button sends `times` requests, and the driver receives `arriving` of them. */
function createPage(times: number, arriving = times, more: Partial<Look> = {}, kept = {}): DrivenPage {
  const counts = { sent: 0, open: 0 }
  const load = async () => Object.assign(counts, { sent: 0, open: 0 })
  let onRequest: (route: PageRoute) => Promise<void> = nothing
  const clock = { install: nothing, pauseAt: nothing, runFor: nothing, fastForward: nothing, setSystemTime: nothing }
  const shown: Look["shown"] = { username: "usable", submit: "usable", cancel: "usable" }
  return {
    clock,
    addInitScript: nothing,
    on: nothing,
    goto: load,
    reload: load,
    async route(_, handler) {
      onRequest = handler
    },
    async evaluate(run, args) {
      if (run.name === "act" && args.length === 1) {
        counts.sent += times
        counts.open += times
        const route = { fulfill: nothing, abort: nothing, fallback: nothing }
        const send = (method: string) => void onRequest({ ...route, request: () => requestOf(method, "/", body) })
        send("GET")
        for (let time = 0; time < arriving; time += 1) send("POST")
      }
      if (run.name === "trackFields") return false as never
      if (run.name === "readKept") return { "its document": "", "a field": "", ...kept } as never
      return { before: { ...counts }, ...counts, shown, ...more } as never
    },
  }
}

const login = personMoves["credentials"]
async function press(page: DrivenPage, more: Partial<PageLocators> = {}) {
  const ended = { connected: /^C/, expired: /^E/, mayBeConnected: /^M/ }
  const driver = createPageDriver(page, { ...locators, ended, ...more })
  await driver.start({ provider: "INSTAGRAM" })
  if (login) await driver.person(login, false)
  return driver.observe()
}

it("a page that sends something twice is compared by what it has sent, and by nothing that it only requested", async () => {
  const { sent } = await press(createPage(2))
  expect(sent).toHaveLength(2)
})

/** Starts a driver, and calls it with a request that its page has not counted. The driver reports it at the end. */
async function receive(provider: "INSTAGRAM" | "MESSENGER" = "INSTAGRAM") {
  const page = createPage(0)
  let onRequest: (route: PageRoute) => Promise<void> = nothing
  page.route = async (_, handler) => {
    onRequest = handler
  }
  const driver = createPageDriver(page, locators)
  await driver.start({ provider })
  const fulfill = vi.fn(nothing)
  const request = () => requestOf("POST", "/", body)
  const abort = () => Promise.reject(new Error("The page was closed"))
  const responded = onRequest({ request, fulfill, abort, fallback: nothing })
  return { driver, responded, fulfill }
}

it("a page of another origin may read when to try again", async () => {
  const { driver, responded, fulfill } = await receive()
  await expect(driver.server({ status: 429, body: {} })).rejects.toThrow("stuck")
  await responded
  const headers = expect.objectContaining({ "access-control-expose-headers": "retry-after" })
  expect(fulfill).toHaveBeenCalledWith(expect.objectContaining({ headers }))
})

it("a request that a page has left at its end gets its response later, as one that connected the account", async () => {
  const { driver, responded, fulfill } = await receive()
  await expect(driver.afterEnd?.()).rejects.toThrow("stuck")
  await responded
  expect(fulfill).toHaveBeenCalledWith(expect.objectContaining({ status: 201 }))
})

it("a page of Messenger is sent whether the login can be approved in the app, as the relay does", async () => {
  const { driver, responded, fulfill } = await receive("MESSENGER")
  const checkpoint = { type: "2FA", source: "SMS" }
  await expect(driver.server({ status: 202, body: { checkpoint } })).rejects.toThrow("stuck")
  await responded
  expect(fulfill.mock.calls).toMatchObject([
    [{ body: JSON.stringify({ checkpoint: { ...checkpoint, canApproveInApp: true } }) }],
  ])
})

it("a page that was closed meanwhile needs no failed connection", async () => {
  const { driver, responded } = await receive()
  await expect(driver.server({ fault: "no connection" })).rejects.toThrow("stuck")
  await expect(responded).resolves.toBeUndefined()
})

it("a page that is played again begins anew", async () => {
  const page = createPage(2, 2, {}, { localStorage: JSON.stringify(login) })
  const times: number[] = []
  page.clock.setSystemTime = async (time) => void times.push(time)
  const driver = createPageDriver(page, locators)
  for (const _ of [1, 2]) {
    await driver.start({ provider: "INSTAGRAM" })
    expect((await driver.observe()).sent).toEqual([])
    await driver.clock(1_000, true)
    if (login) await driver.person(login, false)
    await expect(driver.observe()).rejects.toThrow("keeps the password")
  }
  const start = Date.UTC(2030, 0, 1)
  expect(times).toEqual([start + 1_000, start, start + 1_000])
})

it("a page on which nothing was entered keeps no password, and is not used where a move is ignored", async () => {
  const driver = createPageDriver(createPage(1, 1, {}, { localStorage: "a text" }), locators)
  await driver.start({ provider: "INSTAGRAM" })
  if (login) await driver.person(login, true)
  expect((await driver.observe()).sent).toEqual([])
  const empty = personMoves["empty credentials"]
  if (empty) await driver.person(empty, false)
  expect((await driver.observe()).sent).toHaveLength(1)
})

it("a page counts its requests anew once it was reloaded", async () => {
  const driver = createPageDriver(createPage(1), locators)
  await driver.start({ provider: "INSTAGRAM" })
  if (login) await driver.person(login, false)
  await expect(driver.person({ person: "reload" }, false)).resolves.toBeUndefined()
})

it("a page is left between two scenarios, as an address that differs by its hash alone loads nothing", async () => {
  const page = createPage(1)
  const opened: string[] = []
  page.goto = async (url) => opened.push(url)
  const { evaluate } = page
  page.evaluate = (run, args) => {
    if (run.name === "forget") opened.push(run.name)
    return evaluate(run, args)
  }
  const driver = createPageDriver(page, { ...locators, url: "/#login" })
  for (const provider of ["INSTAGRAM", "LINKEDIN"] as const) await driver.start({ provider })
  expect(opened).toEqual(["/#login", "forget", "about:blank", "/#login"])
})

it("a page some of whose requests are lost fails with how many came", async () => {
  const run = press(createPage(2, 1), { requests: "**/login/**" })
  await expect(run).rejects.toThrow("of 2 requests by `fetch` to **/login/**, 1 came")
})

it("a page that keeps the password fails with where", async () => {
  await expect(press(createPage(1, 1, {}, { localStorage: JSON.stringify(login) }))).rejects.toThrow(
    "keeps the password in localStorage",
  )
  const { credentials } = Object(login)
  const atCode: Partial<Look> = { shown: { code: "usable", submit: "usable", cancel: "usable" } }
  const field = { "a field": credentials.password }
  await expect(press(createPage(1, 1, atCode, field))).rejects.toThrow("keeps the password in a field")
  // No mistake at the step where it was typed, nor if the document holds it too.
  await expect(press(createPage(1, 1, {}, field))).resolves.toBeDefined()
  await expect(
    press(createPage(1, 1, atCode, { ...field, "its document": credentials.password })),
  ).resolves.toBeDefined()
})

const entered = JSON.stringify(login)

/** A page that emits one thing at each press or key. The password has been entered from the first one on. */
function createTelling(...things: object[]): DrivenPage {
  const page = createPage(1)
  const { evaluate } = page
  page.on = (event: string, hear: (said: never) => void) => {
    const kindOf = (said: object) => ("text" in said ? "console" : "message" in said ? "pageerror" : "request")
    const heard = things.filter((said) => event === kindOf(said))
    if (heard.length === 0) return
    page.evaluate = async (run, args) => {
      const said = run.name === "act" ? heard.shift() : undefined
      if (said) hear(said as never)
      return evaluate(run, args)
    }
  }
  return page
}

const inAddress = requestOf("GET", `/?${encodeURIComponent(entered)}`)

it.each([
  ["the console", { text: () => entered, args: () => [] }],
  ["the console", { text: () => "Object", args: () => [{ jsonValue: async () => ({ form: login }) }] }],
  ["an error that it throws", new Error(entered)],
  ["a header of a request", { ...requestOf("POST", "/api/auth/submit"), headers: () => ({ authorization: entered }) }],
  ["the address of a request", inAddress],
  ["the body of a request", requestOf("POST", "/analytics", entered)],
  ["the body of a request", requestOf("PUT", "/api/auth/draft", entered)],
])("a page that says the password in %s fails with that", async (place, said) => {
  await expect(press(createTelling(said))).rejects.toThrow(`keeps the password in ${place}`)
})

it("a page that says the password fails whatever it says after that, in each scenario anew", async () => {
  const other = requestOf("GET", "/next")
  // A scenario types twice and presses once.
  const said = [inAddress, other, other, other, other, other, inAddress]
  const driver = createPageDriver(createTelling(...said), locators)
  const play = async () => {
    await driver.start({ provider: "INSTAGRAM" })
    if (login) await driver.person(login, false)
    return driver.observe()
  }
  await expect(play()).rejects.toThrow("keeps the password in the address of a request")
  await expect(play()).resolves.toBeDefined()
  await expect(play()).rejects.toThrow("keeps the password in the address of a request")
})

it("a page may write to the console what is gone before it was read, or is no JSON", async () => {
  const values = [Promise.reject(new Error("The page was closed")), Promise.resolve(1n)]
  const said = values.map((value) => ({ text: () => "", args: () => [{ jsonValue: () => value }] }))
  await expect(press(createTelling(...said))).resolves.toBeDefined()
})

it("a page that replaces a field as time passes fails, unless it shows something else then", async () => {
  const page = createPage(0)
  const { evaluate } = page
  let shown: Look["shown"] = { code: "usable", submit: "usable", cancel: "usable" }
  page.evaluate = async (run, args) => {
    if (run.name === "trackFields") return true as never
    return { ...(await evaluate(run, args)), ...(run.name === "look" && { shown }) }
  }
  const driver = createPageDriver(page, locators)
  await driver.start({ provider: "INSTAGRAM" })
  await expect(driver.clock(1_000, false)).rejects.toThrow("replaces a field as time passes")
  shown = { number: "usable", submit: "usable", cancel: "usable" }
  await expect(driver.clock(1_000, false)).resolves.toBeUndefined()
})

it("a page may request what reads like the password before that is entered", async () => {
  const page = createPage(1)
  page.on = (event: string, hear: (said: never) => void) => {
    if (event === "request") page.goto = async () => hear(inAddress as never)
  }
  await expect(press(page)).resolves.toBeDefined()
})

it("a page may send the password to the requests of its login", async () => {
  const said = requestOf("POST", "https://app.example/api/auth/intents", entered)
  await expect(press(createTelling(said))).resolves.toBeDefined()
})

it("a page may show a username that is the password too", async () => {
  const atCode: Partial<Look> = { shown: { code: "usable", submit: "usable", cancel: "usable" } }
  const driver = createPageDriver(createPage(1, 1, atCode, { "a field": "ada" }), locators)
  await driver.start({ provider: "INSTAGRAM" })
  await driver.person({ person: "credentials.submit", credentials: { username: "ada", password: "ada" } }, false)
  await expect(driver.observe()).resolves.toMatchObject({ step: { kind: "code" } })
})

it("a page is looked at once more when it says that it is ready", async () => {
  const looks: string[] = []
  const page = createPage(1)
  const { evaluate } = page
  page.evaluate = (run, args) => {
    looks.push(run.name)
    return evaluate(run, args)
  }
  await press(page, { ready: async () => looks.push("ready") })
  expect(looks).toEqual(["look", "ready", "look", "readKept", "act", "act", "act", "look", "ready", "look", "readKept"])
})

it("a page that wants to leave before its login has ended fails with where to, and one that has ended may leave", async () => {
  const leavesFor = "http://localhost/code"
  const gone = press(createPage(0, 0, { leavesFor }))
  await expect(gone).rejects.toThrow(`wanted to go to ${leavesFor}: the driver keeps it in one document`)
  const shown = { username: "absent", cancel: "absent" } as const
  expect((await press(createPage(0, 0, { leavesFor, shown }))).step).toEqual({ kind: "done" })
})

it.each([
  ["**/api/auth/**", "https://a.example/api/auth/submit?x", "https://a.example/api/author"],
  ["https://*.example/{login,code}", "https://a.example/login", "https://a.b/c.example/login"],
  ["**/login", "https://a.example/login", "https://a.example/login/more"],
  ["/login?step=*", "https://a.example/login?step=1", "https://a.example/logistep=1"],
])("the requests of a page at %s are told from its others", (glob, own, other) => {
  const pattern = new RegExp(toPattern(glob))
  expect([pattern.test(own), pattern.test(other)]).toEqual([true, false])
})

it("a page that shows an end and no doubt is compared by both", () => {
  const ends = { connected: "absent", expired: "usable", mayBeConnected: "absent" } as const
  const step = readPageStep({ username: "absent", cancel: "absent", ...ends })
  expect(Object.entries(step)).toContainEqual(["mayBeConnected", undefined])
  expect(step["status"]).toBe("expired")
})

it.each([
  ["no text at all", { text: "absent" }, { kind: "blank" }],
  [
    "a text, and no locator for that end",
    { text: "usable" },
    { kind: "done", status: "failed", mayBeConnected: undefined },
  ],
] as const)("a page that shows %s is read as that", (_, more, step) => {
  const ends = { connected: "absent", expired: "absent", mayBeConnected: "absent" } as const
  const seen = readPageStep({ username: "absent", cancel: "absent", failure: "absent", ...ends, ...more })
  expect(seen).toStrictEqual(step)
})

it.each([
  ["is not to be missing", "usable", "absent", { kind: "credentials", failure: undefined }],
  ["is not to show where there is none", "usable", "usable", { kind: "credentials", failure: "shown" }],
  ["is not to show while a request is on its way", "disabled", "usable", { kind: "wait", failure: "shown" }],
] as const)("a failure that a page was said to show %s", (_, submit, failure, step) => {
  expect(readPageStep({ username: "usable", submit, cancel: "usable", failure })).toStrictEqual({
    ...step,
    canCancel: true,
  })
})

it("a page without its cancel is read by its field, so that the difference is the cancel", () => {
  for (const [field, kind] of Object.entries({ code: "code", number: "phone" })) {
    const step = readPageStep({ username: "absent", [field]: "usable", submit: "usable", cancel: "absent" })
    expect(step).toMatchObject({ kind, canCancel: false })
    const sending = { username: "absent", [field]: "usable", submit: "disabled", cancel: "usable" } as const
    expect(readPageStep(sending)).toMatchObject({ kind: "wait" })
  }
})

it("whether an approval, or another way, can be pressed is compared where the driver was told of its button", () => {
  const shown = { username: "absent", code: "usable", submit: "usable", cancel: "usable" } as const
  const step = { kind: "code", canCancel: true }
  expect(readPageStep(shown)).toStrictEqual(step)
  expect(readPageStep({ ...shown, approve: "absent" })).toStrictEqual({ ...step, canApproveInApp: false })
  expect(readPageStep({ ...shown, switchMethod: "usable" })).toStrictEqual({ ...step, canSwitchMethod: true })
  // An approval in flight.
  const sending = { username: "absent", cancel: "usable", approve: "disabled" } as const
  expect(readPageStep(sending)).toMatchObject({ kind: "approval", canApproveInApp: false })
  expect(readPageStep({ ...sending, switchMethod: "disabled" })).toMatchObject({ kind: "wait" })
})

it("during a pause, a page may disable what sends, or give it another text", () => {
  const cancel = { canCancel: true }
  const paused = { submit: "disabled", cancel: "usable", approve: "absent", switchMethod: "disabled" } as const
  const other = { ...cancel, canSwitchMethod: false }
  expect(readPageStep({ ...paused, username: "usable" }, true)).toStrictEqual({ kind: "credentials", ...cancel })
  expect(readPageStep({ ...paused, code: "usable" }, true)).toStrictEqual({ kind: "code", ...other })
  expect(readPageStep(paused, true)).toStrictEqual({ kind: "approval", ...other })
  for (const shown of [paused, { ...paused, username: "usable" }, { ...paused, code: "usable" }] as const)
    expect(readPageStep(shown)).toStrictEqual({ kind: "wait", ...cancel })
})

it("a pause lasts as long as the response says, and a second, or until the person does something", async () => {
  let sent = 0
  const shown: Look["shown"] = { username: "usable", submit: "disabled", cancel: "usable" }
  const page = createPage(1)
  const { evaluate } = page
  page.evaluate = async (run, ...args) => {
    const seen = await evaluate(run, ...args)
    return run.name === "look" ? ({ ...(seen as object), before: { sent, open: 0 }, shown } as never) : seen
  }
  const driver = createPageDriver(page, locators)
  const kind = async () => (await driver.observe()).step?.kind
  const pause = { "Retry-After": "30" }
  await driver.start({ provider: "INSTAGRAM" })
  for (const headers of [pause, pause, undefined, undefined, pause]) {
    sent += 1
    if (login) await driver.person(login, false)
    expect(await kind()).toBe("wait")
    await driver.server({ status: 429, body: {}, ...(headers && { headers }) })
    await vi.waitFor(async () => expect(await kind()).toBe(headers ? "credentials" : "wait"))
    await driver.clock(30_999, false)
    expect(await kind()).toBe(headers ? "credentials" : "wait")
    // The next request, or the next scenario, begins within the pause.
    if (sent % 2 === 1) continue
    await driver.clock(1, false)
    expect(await kind()).toBe("wait")
  }
  sent = 0
  await driver.start({ provider: "INSTAGRAM" })
  expect(await kind()).toBe("wait")
})

it.each([1_000, 6_000, 10_000, 10_001])("a page's clock runs through all of %i ms", async (ms) => {
  let passed = 0
  const count = async (part: number) => {
    passed += part
  }
  await pass({ ...createPage(0).clock, runFor: count, fastForward: count }, ms)
  expect(passed).toBe(ms)
})

it("after an end the clock of the page goes on for an hour", async () => {
  let passed = 0
  const count = async (ms: number) => {
    passed += ms
  }
  const page = createPage(0)
  const clock = { ...page.clock, runFor: count, fastForward: count }
  const driver = createPageDriver({ ...page, clock }, locators)
  await driver.start({ provider: "INSTAGRAM" })
  await driver.afterEnd?.()
  expect(passed).toBe(3_600_000)
})
