import { describe, expect, it, vi } from "vitest"
import { type Provider, providers } from "../../machines/providers.ts"
import { createPageIntent } from "../../src/page/page-intent.ts"
import type { PageIntentOptions } from "../../src/page/page-intent.types.ts"
import { createTestClock } from "../../src/testing/create-test-clock.ts"
import { holdTimers } from "../harness/hold-timers.ts"
import { transport } from "./transport.ts"

const options = { transport, provider: "INSTAGRAM" } as const

const login = { username: "ada", password: "correct horse" }

/** Creates a login and sends its credentials. */
function begin(getOptions: () => PageIntentOptions<typeof login>) {
  const page = createPageIntent(getOptions)
  const stop = page.start()
  page.submitCredentials(login)
  return { page, stop }
}

/** Creates a login and brings it to its code. */
async function openAtCode(getOptions: Parameters<typeof begin>[0]) {
  const begun = begin(getOptions)
  await vi.waitFor(() => expect(begun.page.getState().step.kind).toBe("code"))
  return begun
}

/** Creates a login, leaves it at its code, and returns its storage and its record. */
async function keepAtCode() {
  const storage = createStorage()
  await openAtCode(() => ({ ...options, storage }))
  return { storage, resume: JSON.parse(storage.getItem("auth-intent") ?? "").saved }
}

/** Resumes a login at its code, leads it to its end, and stops. */
async function endLogin(getOptions: () => PageIntentOptions<typeof login>) {
  const page = createPageIntent(getOptions)
  const stop = page.start()
  page.submitCode("123456")
  await vi.waitFor(() => expect(page.getState().step.kind).toBe("done"))
  stop()
}

/** A page's storage with this content. */
function createStorage() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}

describe("a page's login without a DOM", () => {
  it("goes on from its storage, in which there is no secret, and begins anew where that was full meanwhile", async () => {
    const storage = createStorage()
    const options = () => ({ transport, provider: "INSTAGRAM", storage, storageKey: "mine" }) as const
    const { stop } = await openAtCode(options)
    stop()
    expect([...storage.kept.keys()]).toEqual(["mine"])
    expect(storage.kept.get("mine")).not.toContain(login.password)
    const second = createPageIntent(options)
    expect(second.getState()).toMatchObject({ step: { kind: "code" }, account: "ada" })
    const { setItem } = storage
    storage.setItem = (key, value) => {
      if (value !== "") throw new DOMException("full", "QuotaExceededError")
      setItem(key, value)
    }
    second.start()
    second.submitCode("123456")
    await vi.waitFor(() => expect(second.getState().step.kind).toBe("done"))
    expect(createPageIntent(options).getState().step.kind).toBe("credentials")
  })

  it("goes on with what the form that it replaces has done since this one was created", async () => {
    const storage = createStorage()
    const onEnd = vi.fn()
    const open = (provider: Provider) => createPageIntent(() => ({ transport, provider, storage, onEnd }))
    const prepared = open("INSTAGRAM")
    const { page, stop } = await openAtCode(() => ({ ...options, storage }))
    const again = open("LINKEDIN")
    stop()
    const stopPrepared = prepared.start()
    expect(prepared.getState()).toMatchObject({ step: { kind: "code" }, account: "ada" })
    prepared.submitCode("123456")
    await vi.waitFor(() => expect(prepared.getState().step.kind).toBe("done"))
    // Created while another provider's login was at its code, and started after that login's end was seen.
    stopPrepared()
    again.start()
    expect(again.getState()).toMatchObject({ step: { kind: "credentials" }, provider: "LINKEDIN" })
    page.start()
    expect(page.getState().step.kind).toBe("credentials")
    expect(onEnd).toHaveBeenCalledOnce()
  })

  it("goes on from a record that it is given, created before the end of the login that it replaces was marked as seen", async () => {
    const { resume } = await keepAtCode()
    const storage = createStorage()
    const open = (expiresAt: number) =>
      createPageIntent(() => ({ ...options, storage, resume: { ...resume, expiresAt } }))
    const first = open(resume.expiresAt)
    const stop = first.start()
    first.cancel()
    const next = open(resume.expiresAt - 1)
    stop()
    next.start()
    expect(next.getState()).toMatchObject({ step: { kind: "code" } })
  })

  it("ends a login of another provider, created before its response was lost, and the host learns that it may be connected", async () => {
    const storage = createStorage()
    const lost = { type: "client/network", status: 0, recovery: "retry" } as const
    const losing = { ...transport, solve: async () => ({ kind: "rejected", failure: lost }) as const }
    const { page, stop } = await openAtCode(() => ({ transport: losing, provider: "LINKEDIN", storage }))
    const onEnd = vi.fn()
    const next = createPageIntent(() => ({ ...options, storage, onEnd }))
    page.submitCode("123456")
    await vi.waitFor(() => expect(page.getState().step).toMatchObject({ failure: lost }))
    stop()
    next.start()
    expect(next.getState()).toMatchObject({ step: { kind: "credentials" }, provider: "INSTAGRAM", account: undefined })
    expect(onEnd.mock.calls).toMatchObject([[{ status: "failed", provider: "LINKEDIN", mayBeConnected: true }]])
  })

  it("keeps the provider that it has got since, shown again after another form has written", () => {
    const storage = createStorage()
    let provider: Provider = "INSTAGRAM"
    const open = () =>
      createPageIntent(() => ({ provider, storage, transport: { ...transport, providers: [provider] } }))
    const page = open()
    const stop = page.start()
    provider = "TWITTER"
    page.restart(provider)
    stop()
    const other = open()
    const stopOther = other.start()
    other.cancel()
    stopOther()
    page.start()
    expect(page.getState()).toMatchObject({ step: { kind: "credentials" }, provider: "TWITTER" })
  })

  it("of a provider that is not offered makes way in a form that is shown again, too, and the host learns of it", async () => {
    const storage = createStorage()
    const onEnd = vi.fn()
    const page = createPageIntent(() => ({ ...options, storage, onEnd }))
    page.start()()
    const losing = { ...transport, solve: () => new Promise<never>(() => {}) }
    const { page: other, stop } = await openAtCode(() => ({ transport: losing, provider: "LINKEDIN", storage }))
    other.submitCode("123456")
    stop()
    page.start()
    expect(page.getState()).toMatchObject({ step: { kind: "credentials" }, provider: "INSTAGRAM", account: undefined })
    expect(onEnd.mock.calls).toMatchObject([[{ provider: "LINKEDIN", mayBeConnected: true }]])
  })

  it("starts again where its transport serves its provider no more, and another form has ended its login", () => {
    const storage = createStorage()
    let served: Provider[] = ["INSTAGRAM", "TWITTER"]
    const open = (provider: Provider) =>
      createPageIntent(() => ({ transport: { ...transport, providers: served }, provider, storage }))
    const page = open("TWITTER")
    const stop = page.start()
    page.restart("INSTAGRAM")
    stop()
    const other = open("INSTAGRAM")
    const stopOther = other.start()
    other.cancel()
    stopOther()
    served = ["TWITTER"]
    page.start()
    expect(page.getState().step.kind).toBe("credentials")
  })

  it("goes on from a record that it is given where it has kept none", async () => {
    const { resume } = await keepAtCode()
    const elsewhere = createStorage()
    const onConnected = vi.fn()
    const options = () => ({ transport, provider: "TWITTER", resume, storage: elsewhere, onConnected }) as const
    const page = createPageIntent(options)
    expect(page.getState()).toMatchObject({ step: { kind: "code" }, provider: "INSTAGRAM" })
    page.start()
    page.submitCode("123456")
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalledOnce())
    page.restart()
    page.submitCredentials(login)
    await vi.waitFor(() => expect(page.getState().step.kind).toBe("code"))
    // The login is at its code, and accepts no credentials.
    page.submitCredentials({ ...login, username: "bea" })
    expect(page.getState().account).toBe("ada")
    page.submitCode("123456")
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalledTimes(2))
    page.restart()
    expect(createPageIntent(options).getState().step.kind).toBe("credentials")
  })

  it("does not go on from a record whose login has ended here, but from that of another login", async () => {
    const { storage, resume } = await keepAtCode()
    const options = (of: object) => () => ({ transport, provider: "INSTAGRAM", resume: of, storage }) as never
    await endLogin(options(resume))
    expect(createPageIntent(options(resume)).getState().step.kind).toBe("credentials")
    const other = { ...resume, expiresAt: resume.expiresAt - 1 }
    expect(createPageIntent(options(other)).getState().step.kind).toBe("code")
  })

  it("goes on from a record after a login of the tab's own, which came first, has ended", async () => {
    const { resume } = await keepAtCode()
    const { storage } = await keepAtCode()
    const own = JSON.parse(storage.getItem("auth-intent") ?? "")
    storage.setItem("auth-intent", JSON.stringify({ ...own, saved: { ...own.saved, expiresAt: resume.expiresAt - 1 } }))
    const both = () => ({ ...options, resume, storage })
    await endLogin(both)
    expect(createPageIntent(both).getState().step.kind).toBe("code")
  })

  it("does not go on from a record whose login has ended here, where the deadline of this page was sooner", async () => {
    const { resume } = await keepAtCode()
    const storage = createStorage()
    const handedOver = () => ({ ...options, resume, storage, intentLifetime: 60_000 }) as const
    await endLogin(handedOver)
    expect(createPageIntent(handedOver).getState().step.kind).toBe("credentials")
  })

  it.each([
    ["reload", "", "done"],
    ["reload", "#now", "done"],
    ["reload", "accounts", "credentials"],
    ["navigate", "", "credentials"],
  ])("that has ended is, after a %s to /%s, at %s on the page of the form", async (type, loaded, kind) => {
    const storage = createStorage()
    const kept = () => ({ ...options, storage })
    const { page } = begin(kept)
    page.cancel()
    expect(page.getState().step.kind).toBe("done")
    vi.stubGlobal("location", { href: "https://app.example/" })
    vi.spyOn(performance, "getEntriesByType").mockReturnValue([
      { type, name: `https://app.example/${loaded}` } as never,
    ])
    expect(createPageIntent(kept).getState().step.kind).toBe(kind)
  })

  it("that nobody has used is not kept: another visit has its own provider, and a record may come later", async () => {
    const { resume } = await keepAtCode()
    const storage = createStorage()
    const of = (provider: Provider, more: object = {}) => {
      const page = createPageIntent(() => ({ transport, provider, providers, storage, ...more }))
      page.start()
      return page
    }
    of("INSTAGRAM")
    const second = of("LINKEDIN")
    expect(second.getState().provider).toBe("LINKEDIN")
    expect(of("INSTAGRAM", { resume }).getState().step.kind).toBe("code")
    storage.kept.clear()
    // A chosen provider stays.
    of("INSTAGRAM").restart("TWITTER")
    expect(of("INSTAGRAM").getState().provider).toBe("TWITTER")
  })

  it("that was refused is kept, also where its username is blank", async () => {
    const failure = { type: "errors/invalid_credentials", status: 401, recovery: "correct" } as const
    const refusing = { ...transport, submit: async () => ({ kind: "rejected", failure }) as const }
    const storage = createStorage()
    const open = () => createPageIntent(() => ({ ...options, transport: refusing, storage }))
    const page = open()
    page.start()
    page.submitCredentials({ ...login, username: " " })
    await vi.waitFor(() => expect(page.getState().step.failure).toBeDefined())
    expect(page.getState().account).toBeUndefined()
    expect(open().getState().step.failure).toEqual(page.getState().step.failure)
  })

  it("that begins anew in place of a record does so after a reload, too", async () => {
    const { resume } = await keepAtCode()
    const storage = createStorage()
    const open = () => createPageIntent(() => ({ ...options, resume, storage }))
    const page = open()
    page.start()
    page.restart()
    expect(open().getState().step.kind).toBe("credentials")
  })

  it("is kept by a storage whose method returns something", async () => {
    const storage = createStorage()
    const returning = { ...storage, setItem: (...entry: [string, string]) => storage.kept.set(...entry).size < 0 }
    await openAtCode(() => ({ ...options, storage: returning }))
    expect(createPageIntent(() => ({ ...options, storage })).getState().step.kind).toBe("code")
  })

  it("is as it was after another document of the tab has shown it, so that a page which comes back keeps what was typed", async () => {
    const { storage } = await keepAtCode()
    const before = [...storage.kept]
    createPageIntent(() => ({ ...options, storage })).start()()
    expect([...storage.kept]).toEqual(before)
  })

  it("keeps nothing on a server, whose storage all visitors would share", async () => {
    const shared = createStorage()
    vi.stubGlobal("sessionStorage", shared)
    await openAtCode(() => options)
    expect(shared.kept.size).toBe(0)
  })

  it.each(["is as it was", "can no longer be read"])(
    "that was shown again has reported its end once, and left listens no more, where its storage %s",
    async (how) => {
      const storage = createStorage()
      const onEnd = vi.fn()
      const listeners = new Map<string, (event: object) => void>()
      const signals: AbortSignal[] = []
      vi.stubGlobal("addEventListener", (type: string, listener: () => void, { signal }: { signal: AbortSignal }) => {
        listeners.set(type, listener)
        signals.push(signal)
      })
      const { page, stop } = await openAtCode(() => ({ ...options, storage, onEnd }))
      // The first load of a document has this event too.
      const actor = page.getActor()
      listeners.get("pageshow")?.({ persisted: false })
      expect(page.getActor()).toBe(actor)
      if (how !== "is as it was") storage.getItem = () => expect.fail("denied")
      listeners.get("pageshow")?.({ persisted: true })
      expect(page.getState().step.kind).toBe("code")
      page.cancel()
      listeners.get("pageshow")?.({ persisted: true })
      expect(onEnd).toHaveBeenCalledOnce()
      expect(signals.every(({ aborted }) => aborted)).toBe(false)
      stop()
      expect(signals.every(({ aborted }) => aborted)).toBe(true)
    },
  )

  it("keeps, shown again, the login that came after one of a provider that is not offered", async () => {
    const storage = createStorage()
    const listeners = new Map<string, (event: object) => void>()
    vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener))
    const losing = { ...transport, solve: () => new Promise<never>(() => {}) }
    const { page: other, stop } = await openAtCode(() => ({ transport: losing, provider: "LINKEDIN", storage }))
    other.submitCode("123456")
    stop()
    const { page } = await openAtCode(() => ({ ...options, storage }))
    listeners.get("pageshow")?.({ persisted: true })
    expect(page.getState()).toMatchObject({ step: { kind: "code" }, provider: "INSTAGRAM", account: "ada" })
  })

  it("is announced to other tabs from its checkpoint on, until it is left or has ended", async () => {
    const announced: Record<string, string> = Object.create({
      setItem: (key: string, value: string) => Object.assign(announced, { [key]: value }),
      removeItem: (key: string) => Reflect.deleteProperty(announced, key),
    })
    const listeners = new Map<string, (event: object) => void>()
    vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener))
    vi.stubGlobal("document", {})
    vi.stubGlobal("localStorage", announced)
    const storage = createStorage()
    const { page, stop } = await openAtCode(() => ({ ...options, storage }))
    const { expiresAt } = page.getActor().getSnapshot().context
    expect(Object.keys(announced)).toEqual([`auth-intent:tab:${expiresAt}`])
    stop()
    expect(Object.keys(announced)).toEqual([])
    page.start()
    expect(Object.keys(announced)).toHaveLength(1)
    announced[`auth-intent:tab:${Date.now() + 60_000}`] = ""
    listeners.get("storage")?.({})
    expect(page.getState().isElsewhere).toBe(true)
    page.cancel()
    expect(Object.keys(announced)).toHaveLength(1)
  })

  it("shows another login that another tab has announced, and takes a copy of its own for its own", async () => {
    const { storage, resume } = await keepAtCode()
    const open = (announced: string, more: object) => {
      vi.stubGlobal("localStorage", { [`auth-intent:tab:${announced}`]: "" })
      const { step, isElsewhere } = createPageIntent(() => ({ ...options, ...more })).getState()
      return [step.kind, isElsewhere]
    }
    vi.stubGlobal("document", {})
    const { expiresAt } = resume
    expect(open(`${expiresAt}`, { resume, storage: createStorage() })).toEqual(["code", false])
    expect(open(`${expiresAt}`, { storage })).toEqual(["code", false])
    expect(open(`${Date.now() + 60_000}`, { storage })).toEqual(["code", true])
    expect(open(`${Date.now() - 1}`, { storage })).toEqual(["code", false])
  })

  it("begins anew for its own provider where that of the login before is served no more", () => {
    let served: Provider[] = ["LINKEDIN", "TWITTER"]
    const page = createPageIntent(() => ({ transport: { ...transport, providers: served }, provider: "LINKEDIN" }))
    page.start()
    page.restart("TWITTER")
    page.submitCredentials(login)
    page.cancel()
    served = ["LINKEDIN"]
    page.restart()
    expect(page.getState()).toMatchObject({ step: { kind: "credentials" }, provider: "LINKEDIN" })
  })

  it("of a provider that the transport no longer serves is ended, and the host learns that it may be connected", async () => {
    const storage = createStorage()
    begin(() => ({ ...options, storage, transport: { ...transport, submit: () => new Promise(() => {}) } }))
    const onEnd = vi.fn()
    const other = { ...transport, providers: ["LINKEDIN"] } as const
    createPageIntent(() => ({ transport: other, provider: "LINKEDIN", storage, onEnd }) as const).start()
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalledOnce())
    expect(onEnd).toHaveBeenCalledWith(
      expect.objectContaining({ status: "failed", provider: "INSTAGRAM", mayBeConnected: true }),
    )
  })

  it.each([
    ["stop", "credentials", 0],
    ["restart", "done", 0],
    // The account may be connected.
    ["stop", "done", 1],
  ] as const)(
    "that failed for a reason to %s is at %s after a reload: lost before, %i",
    async (recovery, kind, losses) => {
      const failure = { type: "errors/account_restricted", status: 403, recovery } as const
      const lost = { type: "client/network", status: 0, recovery: "retry" } as const
      const failures = [...Array(losses).fill(lost), failure]
      const failing = { ...transport, submit: async () => ({ kind: "rejected", failure: failures.shift() }) as const }
      const storage = createStorage()
      const options = () => ({ transport: failing, provider: "INSTAGRAM", storage }) as const
      const { page } = begin(options)
      if (losses) await vi.waitFor(() => expect(page.getState().step).toMatchObject({ failure: lost }))
      if (losses) page.submitCredentials(login)
      await vi.waitFor(() => expect(page.getState().step).toMatchObject({ kind: "done", failure }))
      expect(createPageIntent(options).getState().step.kind).toBe(kind)
    },
  )

  it.each(["stopped", "loaded again"])("that was %s reports the end that came meanwhile, once", async (how) => {
    const clock = createTestClock()
    const storage = createStorage()
    const onEnd = vi.fn()
    const options = () => ({ transport, provider: "INSTAGRAM", storage, clock, onEnd }) as const
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    const { page: first, stop } = await openAtCode(options)
    stop()
    clock.jump(300_000)
    vi.advanceTimersByTime(1_000)
    expect(onEnd).not.toHaveBeenCalled()
    const page = how === "stopped" ? first : createPageIntent(options)
    page.start()
    expect(page.getState().step).toEqual({ kind: "done", status: "expired" })
    const next = createPageIntent(options)
    next.start()
    expect(next.getState().step).toEqual({ kind: "done", status: "expired" })
    expect(onEnd.mock.calls).toEqual([[expect.objectContaining({ status: "expired" })]])
  })

  it("does not begin a record of the host's again where the browser brings back a page on which it has ended", async () => {
    const { resume } = await keepAtCode()
    const storage = createStorage()
    const listeners = new Map<string, (event: object) => void>()
    vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener))
    const page = createPageIntent(() => ({ ...options, resume, storage }))
    page.start()
    page.submitCode("123456")
    await vi.waitFor(() => expect(page.getState().step.kind).toBe("done"))
    // Another page of the tab has begun a new login.
    storage.setItem("auth-intent", "")
    listeners.get("pageshow")?.({ persisted: true })
    expect(page.getState().step.kind).toBe("credentials")
  })

  it("that two tabs have in one storage ends in each of them at its deadline", async () => {
    const clock = createTestClock()
    const storage = createStorage()
    const ends = [vi.fn(), vi.fn()]
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    const open = (onEnd?: () => void) => () => ({ ...options, storage, clock, onEnd })
    const { page: first } = await openAtCode(open(ends[0]))
    const second = createPageIntent(open(ends[1]))
    second.start()
    clock.jump(300_000)
    vi.advanceTimersByTime(1_000)
    const steps = [first, second].map((page) => page.getState().step)
    expect(steps).toEqual(Array(2).fill({ kind: "done", status: "expired" }))
    for (const onEnd of ends) expect(onEnd).toHaveBeenCalledOnce()
  })

  it.each([
    ["a code ends at once", "2FA", { kind: "done", status: "expired" }],
    ["a poll in flight waits for its response", "IN_APP_VALIDATION", { kind: "approval" }],
  ])("whose laptop slept past the deadline, as no timer notices: %s", async (_, type, step) => {
    const clock = createTestClock()
    const asked = vi.fn(() => new Promise<never>(() => {}))
    const submit = async () => ({ kind: "checkpoint", accountId: "acc_1", checkpoint: { type } }) as const
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
    const { page, stop } = begin(() => ({ ...options, transport: { submit, solve: asked }, storage: null, clock }))
    await vi.waitFor(() => expect(page.getState().step.kind).not.toBe("credentials"))
    clock.advance(5_000)
    expect(asked).toHaveBeenCalledTimes(type === "2FA" ? 0 : 1)
    clock.jump(300_000)
    vi.advanceTimersByTime(1_000)
    expect(page.getState().step).toMatchObject(step)
    stop()
  })

  it("reports how it ended where the host fails to take the account, and where showing it fails", async () => {
    holdTimers()
    const onEnd = vi.fn()
    const onConnected = () => expect.fail("The host's own")
    const connecting = { ...transport, submit: async () => ({ kind: "connected", accountId: "acc_1" }) as const }
    begin(() => ({ ...options, transport: connecting, onConnected, onEnd }))
    await new Promise(setImmediate)
    expect(onEnd).toHaveBeenCalledTimes(1)
    // The error is still thrown.
    expect(() => vi.runAllTimers()).toThrow("The host's own")
    const page = createPageIntent(() => ({ ...options, storage: null, onEnd }))
    page.subscribe(() => page.getState().step.kind === "done" && expect.fail("The page's own"))
    page.start()
    page.cancel()
    expect(onEnd).toHaveBeenCalledTimes(2)
    expect(() => vi.runAllTimers()).toThrow("The page's own")
  })

  it("begins anew where the record is for another provider, broken, or of a login that was over", async () => {
    const storage = createStorage()
    const options = (provider: "INSTAGRAM" | "LINKEDIN") => () => ({ transport, provider, storage }) as const
    const { page: first, stop } = await openAtCode(options("INSTAGRAM"))
    expect(createPageIntent(options("LINKEDIN")).getState()).toMatchObject({
      step: { kind: "credentials" },
      provider: "LINKEDIN",
    })
    first.cancel()
    stop()
    expect(createPageIntent(options("INSTAGRAM")).getState().step.kind).toBe("credentials")
    storage.kept.set("auth-intent", "{")
    expect(createPageIntent(options("INSTAGRAM")).getState().step.kind).toBe("credentials")
  })

  it("begins a new intent where a form whose login had ended was unmounted after this one was created", async () => {
    const storage = createStorage()
    const onEnd = vi.fn()
    const options = () => ({ transport, provider: "INSTAGRAM", storage, onEnd }) as const
    const first = createPageIntent(options)
    const stop = first.start()
    first.cancel()
    const next = createPageIntent(options)
    stop()
    const end = next.start()
    expect(next.getState().step.kind).toBe("credentials")
    next.cancel()
    expect(onEnd).toHaveBeenCalledTimes(2)
    end()
  })

  it.each(["is on its way", "was lost before a reload"])(
    "whose request %s ends for the host as another one begins, and is never shown as ended",
    (when) => {
      const onEnd = vi.fn()
      const lost = { ...transport, submit: () => new Promise<never>(() => {}) }
      const options = { transport: lost, provider: "INSTAGRAM", providers, storage: createStorage(), onEnd } as const
      const before = createPageIntent(() => options)
      const stop = before.start()
      before.restart("LINKEDIN")
      expect(onEnd).not.toHaveBeenCalled()
      before.submitCredentials(login)
      // A server-rendered form begins another login before its start.
      const page = when === "is on its way" ? before : createPageIntent(() => options)
      const kinds = new Set<string>()
      page.subscribe(() => kinds.add(page.getState().step.kind))
      page.restart("INSTAGRAM")
      expect([...kinds]).toEqual(["credentials"])
      expect(onEnd.mock.calls).toEqual([[expect.objectContaining({ provider: "LINKEDIN", mayBeConnected: true })]])
      stop()
    },
  )

  it.each(["stopped", "loaded again"])("that was %s with a request on its way ends, its provider withdrawn", (how) => {
    const onEnd = vi.fn()
    const lost = { ...transport, submit: () => new Promise<never>(() => {}) }
    const storage = createStorage()
    const options = (provider: "INSTAGRAM" | "LINKEDIN") => () =>
      ({ transport: lost, provider, storage, onEnd }) as const
    const { page: first, stop } = begin(options("INSTAGRAM"))
    stop()
    const page = how === "stopped" ? first : createPageIntent(options("LINKEDIN"))
    if (how === "stopped") page.restart("LINKEDIN")
    const end = page.start()
    expect(page.getState()).toMatchObject({ step: { kind: "credentials" }, provider: "LINKEDIN" })
    expect(onEnd.mock.calls).toEqual([[expect.objectContaining({ provider: "INSTAGRAM", mayBeConnected: true })]])
    end()
  })

  it("returns the same state until something changes, and a new actor after a restart", () => {
    const page = createPageIntent(() => ({ transport, provider: "INSTAGRAM", storage: null }))
    const stop = page.start()
    const changed = vi.fn()
    page.subscribe(changed)
    expect(page.getState()).toBe(page.getState())
    const before = page.getActor()
    page.restart("LINKEDIN")
    expect(changed).toHaveBeenCalled()
    expect(page.getActor()).not.toBe(before)
    expect(before.getSnapshot().status).toBe("stopped")
    expect(page.getState().provider).toBe("LINKEDIN")
    stop()
  })
})
