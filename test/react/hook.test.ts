// @ts-expect-error It ships no types.
import { JSDOM } from "jsdom"
import { act, createElement, type ReactNode } from "react"
import { createRoot } from "react-dom/client"
import { renderToString } from "react-dom/server"
import { afterEach, describe, expect, it, vi } from "vitest"
import { SimulatedClock, waitFor } from "xstate"
import type { Provider } from "../../machines/providers.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCredentials } from "../../src/intent/events.ts"
import { saveIntent } from "../../src/intent/saved-intent.ts"
import { createPageIntent } from "../../src/page/page-intent.ts"
import { pageMessages } from "../../src/page/page-messages.ts"
import { viewOf } from "../../src/page/page-view.ts"
import { ConnectAccount } from "../../src/react/connect-account.tsx"
import { type UseAuthIntent, useAuthIntent } from "../../src/react/use-auth-intent.ts"
import { transport } from "../page/transport.ts"

const options = { transport, provider: "INSTAGRAM" } as const

/** Renders a component with any props, as a program in plain JavaScript can. */
const render = (component: (props: never) => ReactNode, props: unknown) =>
  renderToString(createElement(() => component(props as never)))

describe("on a server, where there is no DOM,", () => {
  it("the hook renders its first step and starts nothing", () => {
    const timers = vi.spyOn(globalThis, "setTimeout")
    function Page() {
      const { step, busy, provider, getUsernameProps } = useAuthIntent({ relay: "/api/auth", provider: "LINKEDIN" })
      return [step.kind, busy, provider, getUsernameProps().autoComplete].join(" ")
    }
    expect(renderToString(createElement(Page))).toBe("credentials false LINKEDIN username")
    expect(timers).not.toHaveBeenCalled()
  })

  const Hook = (options: never) => useAuthIntent(options).step.kind
  const { "title.code": title, ...partial } = pageMessages
  const state = createPageIntent(() => options).getState()
  const promising = { getItem: async () => null, setItem: async () => {} }
  const view = (...args: unknown[]) => viewOf(...(args as Parameters<typeof viewOf>))

  it.each<[string | RegExp, () => unknown]>([
    ["it should be a function", () => createPageIntent(options as never)],
    ["it should be an object", () => createPageIntent((() => {}) as never)],
    ["it should be an object", () => render(Hook, null)],
    ["providers should be a list of providers", () => render(Hook, { ...options, providers: null })],
    ["storage should be a Storage or null", () => render(Hook, { ...options, storage: {} })],
    ["storage.getItem: it should be a text or null, at once", () => render(Hook, { ...options, storage: promising })],
    [/storageKey should be a text/, () => render(Hook, { ...options, storageKey: 5 })],
    ["onConnected should be a function", () => render(Hook, { ...options, onConnected: "/" })],
    ["onEnd should be a function", () => render(Hook, { ...options, onEnd: {} })],
    ["it should be complete, with relay", () => render(ConnectAccount, {})],
    ["ConnectAccount: providers should be", () => render(ConnectAccount, { transport, providers: null })],
    [/messages .*"title.code"/, () => render(ConnectAccount, { transport, messages: partial })],
    ["codeLength should be a whole", () => render(ConnectAccount, { transport, codeLength: "6" })],
    ['theme should be "light" or', () => render(ConnectAccount, { transport, theme: "blue" })],
    ['dir should be "ltr" or "rtl"', () => render(ConnectAccount, { transport, dir: "up" })],
    ["lang should be string", () => render(ConnectAccount, { transport, lang: 5 })],
    [/texts should be .*"title.code"/, () => view(state, { texts: partial })],
    ["options.now should be a number", () => view(state, { now: Number.NaN })],
    ["state.step is missing", () => view(createPageIntent(() => options))],
  ])("a wrong option is refused by name: %s", (message, call) => {
    expect(call).toThrow(expect.objectContaining({ name: "AuthIntentError", code: "invalid_option" }))
    expect(call).toThrow(message)
  })

  it.each([
    ["another object", {}],
    ["a text", "{}"],
    ["a promise", Promise.resolve({})],
  ])("what is no record is refused as resume: %s", (_, resume) => {
    const call = () => createPageIntent(() => ({ ...options, storage: null, resume: resume as never }))
    expect(call).toThrow(expect.objectContaining({ code: "invalid_saved_intent" }))
  })

  it("a relay elsewhere is refused by name", () => {
    const call = () => render(Hook, { relay: "//elsewhere", provider: "LINKEDIN" })
    expect(call).toThrow(expect.objectContaining({ code: "invalid_base_url" }))
  })

  it("a form offers the providers of its transport", () => {
    const html = render(ConnectAccount, { transport: { ...transport, providers: ["TWITTER", "LINKEDIN"] } })
    expect([...html.matchAll(/value="([A-Z]+)"/g)].map(([, provider]) => provider)).toEqual(["TWITTER", "LINKEDIN"])
  })

  it("a whole translation needs no text that stands in for another", () => {
    const whole = Object.entries(pageMessages).filter(([key]) => !key.includes(":"))
    expect(view(state, { texts: Object.fromEntries(whole) })).toMatchObject({ title: "Connect your account" })
  })
})

describe("in a component", () => {
  const mounted: (() => void)[] = []
  afterEach(() => {
    for (const unmount of mounted.splice(0)) unmount()
  })

  /** Mounts a component for the length of a test. */
  function mount<Props extends object>(component: (props: Props) => ReactNode, props: Props) {
    const { window } = new JSDOM("")
    for (const [name, value] of Object.entries({ window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true })) {
      vi.stubGlobal(name, value)
    }
    const root = createRoot(window.document.body)
    const render = (more: Partial<Props>) => act(() => root.render(createElement(component, { ...props, ...more })))
    const unmount = () => act(() => root.unmount())
    mounted.push(unmount)
    render({})
    return { render, unmount, textOf: () => window.document.body.textContent }
  }

  const credentials = { username: "ada", password: "correct horse" }
  const unanswered = () => new Promise<never>(() => {})

  /** Mounts the hook with a transport that never responds. */
  function mountHook(more: Partial<typeof transport> = {}) {
    const submit = vi.fn<typeof transport.submit>(unanswered)
    const shown: UseAuthIntent<typeof credentials>[] = []
    function Page({ provider }: { provider: Provider }) {
      shown.push(useAuthIntent({ transport: { submit, solve: unanswered, ...more }, provider, storage: null }))
      return null
    }
    const last = () => shown.at(-1) ?? expect.fail("Nothing is rendered")
    const send = () => act(async () => last().submitCredentials(credentials))
    return { ...mount(Page, { provider: "INSTAGRAM" }), submit, last, send }
  }

  it("another provider begins a new intent", () => {
    const { last, render } = mountHook()
    render({ provider: "LINKEDIN" })
    expect(last().provider).toBe("LINKEDIN")
  })

  it("a button does nothing while it is out of use", async () => {
    const { last, send } = mountHook()
    await send()
    const button = last().getRestartProps("LINKEDIN")
    act(() => button.onClick())
    expect([button["aria-disabled"], last().busy, last().provider]).toEqual([true, true, "INSTAGRAM"])
  })

  it("an approval that is requested cannot be requested meanwhile", async () => {
    const checkpoint = { type: "IN_APP_VALIDATION" } as const
    const { last, send } = mountHook({ submit: async () => ({ kind: "checkpoint", accountId: "acc_1", checkpoint }) })
    await send()
    const isOff = () => last().getSubmitProps()["aria-disabled"]
    expect([last().step.kind, isOff()]).toEqual(["approval", false])
    act(() => last().approveInApp())
    expect([last().step.kind, isOff()]).toEqual(["approval", true])
  })

  it("a request that is on its way as it is unmounted is aborted", async () => {
    const { submit, send, unmount } = mountHook()
    await send()
    unmount()
    expect(submit.mock.lastCall?.[1].signal.aborted).toBe(true)
  })

  it("a form counts down by the clock of its login, from the lifetime of that", async () => {
    const timing = { clock: new SimulatedClock(), intentLifetime: 600_000 }
    const actor = createAuthIntent({ ...options, ...timing }).start()
    actor.send(submitCredentials(credentials))
    const resume = saveIntent(await waitFor(actor, (snapshot) => snapshot.matches("checkpoint")))
    const { textOf } = mount(ConnectAccount, { transport, resume, storage: null, ...timing })
    expect(textOf()).toContain("10:00 left")
  })
})
