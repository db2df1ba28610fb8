import { Window } from "happy-dom"
// @ts-expect-error It ships no types.
import { JSDOM } from "jsdom"
import { describe, expect, it, vi } from "vitest"
import { chooseCountry, moveFocus, submitForm, tidyCode } from "../../src/page/form.ts"

it("a code in a field that the host has made one for numbers is left alone", () => {
  const { document, Event } = new Window()
  const input = document.createElement("input")
  input.type = "number"
  input.value = "1234"
  expect(tidyCode(input as unknown as HTMLInputElement, new Event("input") as unknown as Event, 4)).toBe(false)
  expect(input.value).toBe("1234")
})

it.each([
  ["typed, by its last digit", "3", "12 3"],
  ["inserted by a keyboard at once", "12 3", "123"],
])("a code that was %s is tidied where the caret is of no matter", (_, data, value) => {
  const { document } = new JSDOM("<input>").window
  const input = document.querySelector("input") as HTMLInputElement
  input.value = "12 3"
  expect(tidyCode(input, { inputType: "insertText", data } as InputEvent, 3)).toBe(true)
  expect(input.value).toBe(value)
})

it("a space is no code, also where a host has turned off that codes are sent by themselves", () => {
  const { document, Event } = new Window()
  const input = document.createElement("input")
  input.value = " "
  expect(tidyCode(input as unknown as HTMLInputElement, new Event("input") as unknown as Event, 0)).toBe(false)
})

describe("in the DOM of a component test, which knows no scrolling, the focus", () => {
  const login = '<section><h2 tabindex="-1"></h2><input name="code"></section>'

  it.each([
    ["moves from the page", `<main>${login}</main>`, "body", "code"],
    ["moves from a dialog around it", `<div id="from" role="dialog" tabindex="-1">${login}</div>`, "#from", "code"],
    ["stays in a field elsewhere", `${login}<input id="from" name="search">`, "#from", "search"],
    [
      "passes by what a host has beside the form",
      '<section><form><input id="from" name="code" value="1"></form><input name="mail"></section>',
      "#from",
      "code",
    ],
    ["passes by what is hidden", '<section><input type="hidden"><input name="code"></section>', "body", "code"],
    [
      "moves to the last field where each is filled in",
      '<section><input name="username" value="ada"><input name="password" value="x"></section>',
      "body",
      "password",
    ],
  ])("%s", (_, body, from, name) => {
    const { document } = new JSDOM(body).window
    document.querySelector<HTMLElement>(from)?.focus()
    moveFocus(document.querySelector("section") as HTMLElement)
    expect(document.activeElement?.getAttribute("name")).toBe(name)
  })

  it.each([
    ["moves within a frame that has it", true, "code"],
    ["stays in the page around a frame", false, undefined],
  ])("%s", (_, hasFocus, name) => {
    const [frame] = new JSDOM("<iframe></iframe>").window.document.getElementsByTagName("iframe")
    const inner = frame?.contentDocument as Document
    inner.body.innerHTML = login
    inner.hasFocus = () => hasFocus
    moveFocus(inner.querySelector("section") as HTMLElement)
    expect(inner.activeElement?.getAttribute("name") ?? undefined).toBe(name)
  })

  it("brings the title into the window too, where there is a window", () => {
    const { document, Element } = new JSDOM(login).window
    const shown: string[] = []
    Object.assign(Element.prototype, {
      scrollIntoView(this: Element) {
        shown.push(this.tagName)
      },
    })
    moveFocus(document.querySelector("section") as HTMLElement)
    expect(shown).toEqual(["H2", "INPUT"])
  })

  it("moves into a form in a shadow root from the dialog around it", () => {
    const { document } = new JSDOM('<dialog tabindex="-1"><div></div></dialog>').window
    const shadow = document.querySelector("div")?.attachShadow({ mode: "open" }) as ShadowRoot
    shadow.innerHTML = login
    document.querySelector("dialog")?.focus()
    moveFocus(shadow.querySelector("section") as HTMLElement)
    expect(shadow.activeElement?.getAttribute("name")).toBe("code")
  })

  it("moves into a form in a shadow root that is in another", () => {
    const { document } = new JSDOM("<div></div>").window
    const outer = document.querySelector("div")?.attachShadow({ mode: "open" }) as ShadowRoot
    outer.innerHTML = "<div></div>"
    const shadow = outer.querySelector("div")?.attachShadow({ mode: "open" }) as ShadowRoot
    shadow.innerHTML = login
    moveFocus(shadow.querySelector("section") as HTMLElement)
    expect(shadow.activeElement?.getAttribute("name")).toBe("code")
  })

  it.each([
    ["moves inside a shadow root", "code", '<button id="from"></button>'],
    ["stays elsewhere in a shadow root", "search", ""],
  ])("%s", (_, name, button) => {
    const { document } = new JSDOM("<div></div>").window
    const shadow = document.querySelector("div")?.attachShadow({ mode: "open" }) as ShadowRoot
    shadow.innerHTML = `<input name="search">${login.replace("</h2>", `</h2>${button}`)}`
    shadow.querySelector<HTMLElement>(button ? "#from" : "[name=search]")?.focus()
    moveFocus(shadow.querySelector("section") as HTMLElement)
    expect(shadow.activeElement?.getAttribute("name")).toBe(name)
  })
})

it("a field that has spaces alone counts as empty", () => {
  const { document, FormData } = new JSDOM('<form><input required name="username" value=" "></form>').window
  vi.stubGlobal("FormData", FormData)
  const login = { getState: () => ({ step: { kind: "credentials" } }), submitCredentials: () => {} }
  expect(submitForm(login as never, document.querySelector("form") as HTMLFormElement)).toBe("username")
})

it.each([
  ["begins anew where the login has ended", "done", false, ["restart"]],
  ["sends nothing while a request is on its way", "credentials", true, []],
])("a form that is submitted %s", (_, kind, busy, expected) => {
  const { document, FormData } = new JSDOM("<form></form>").window
  vi.stubGlobal("FormData", FormData)
  const called: string[] = []
  const methods = ["restart", "start", "submitCredentials"].map((name) => [name, () => called.push(name)])
  const login = { getState: () => ({ step: { kind }, busy }), ...Object.fromEntries(methods) }
  submitForm(login as never, document.querySelector("form") as HTMLFormElement)
  expect(called).toEqual(expected)
})

it("the provider of a form is not sent as one of the credentials", () => {
  const { document, FormData } = new JSDOM(
    '<form><input type="radio" name="provider" value="LINKEDIN" checked><input name="username" value="ada"></form>',
  ).window
  vi.stubGlobal("FormData", FormData)
  const submitCredentials = vi.fn()
  const login = { getState: () => ({ step: { kind: "credentials" }, busy: false }), submitCredentials }
  submitForm(login as never, document.querySelector("form") as HTMLFormElement)
  expect(submitCredentials.mock.calls).toEqual([[{ username: "ada" }]])
})

it.each([
  ["in the window of another page too, as in a frame", "+33 6 12"],
  ["with the marks of direction that a list of contacts copies", "\u202a+33 6 12\u202c"],
  ["in brackets", "(+33) 6 12"],
  ["in wide letters", "＋３３ ６ １２"],
  ["in the digits of another script", "+٣٣ ٦ ١٢"],
])("a number chooses its country %s", (_, number) => {
  const { document, Event } = new JSDOM(`<form><select name="countryCode"><option value="1"><option value="33"></select>
    <input name="number" value="${number}"></form>`).window
  vi.stubGlobal("Event", Event)
  vi.stubGlobal("HTMLSelectElement", class {})
  chooseCountry(document.querySelector("input") as HTMLInputElement)
  expect(document.querySelector("select")?.value).toBe("33")
})
