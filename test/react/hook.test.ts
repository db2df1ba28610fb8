import { createElement, type ReactNode } from "react"
import { renderToString } from "react-dom/server"
import { describe, expect, it, vi } from "vitest"
import { createPageIntent } from "../../src/page/page-intent.ts"
import { pageMessages } from "../../src/page/page-messages.ts"
import { viewOf } from "../../src/page/page-view.ts"
import { ConnectAccount } from "../../src/react/connect-account.tsx"
import { useAuthIntent } from "../../src/react/use-auth-intent.ts"
import { transport } from "../page/transport.ts"

const options = { transport, provider: "INSTAGRAM" } as const

/** Renders a component as a program in plain JavaScript does, with props of whatever kind. */
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
