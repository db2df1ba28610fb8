import { afterAll, describe, expect, it } from "vitest"
import { html, renderPage } from "../../src/sandbox/hosted-pages.ts"
import { startSandbox } from "../../src/sandbox/start-sandbox.ts"
import { createBrowser, type Page } from "./hosted-browser.ts"
import { createLink, hour, start, startsAt } from "./hosted-link.ts"

const { visit } = createBrowser()

const server = await startSandbox({ clock: { now: () => startsAt } })
afterAll(() => server.close())

const done = "https://app.example.com/done?from=a%2Fb#top"
const failed = "https://app.example.com/failed"
const redirects = { success_redirect_url: done, failure_redirect_url: failed }

const open = async (more: object = {}) => visit(await createLink(server, { ...redirects, ...more }))

const signIn = (page: Page, username: string) =>
  page.press("Continue", { Username: username, Password: "correct horse" })

/** Opens a link for one provider and signs in. */
const login = async (username: string, more: object = {}) =>
  signIn(await open({ providers: "LINKEDIN", ...more }), username)

const enter = (page: Page, code = "123456") => page.press("Continue", { Code: code })

/** Returns the target of a page, or its title. */
const short = ({ status, url, title, alert }: Page) =>
  status === 303 ? url : [title, ...(alert === undefined ? [] : [alert])].join(": ")

const twoFactor = "Enter your two\u2011factor code"
const otp = "Enter the code that was sent to you"
const again = "Sign in to LinkedIn"
const notConnected = "Your account is not connected"
const wrong = "That code is not right. Check it and try again."

describe("the first page", () => {
  it.each<[providers: unknown, buttons: string[]]>([
    ["*", ["LinkedIn", "WhatsApp", "Instagram", "Telegram", "Google", "Microsoft", "IMAP"]],
    [
      ["GOOGLE", "LINKEDIN"],
      ["LinkedIn", "Google"],
    ],
  ])("offers the providers: %j", async (providers, buttons) => {
    const { title, buttons: offered } = await open({ providers })
    expect([title, ...offered]).toEqual(["Choose what to connect", ...buttons, "Cancel"])
  })

  it.each<[providers: unknown, name: string]>([
    ["IMAP", "IMAP"],
    [["WHATSAPP"], "WhatsApp"],
    [["GOOGLE", "GOOGLE"], "Google"],
  ])("is the login where there is nothing to choose: %j", async (providers, name) => {
    const { title, labels, buttons } = await open({ providers })
    expect([title, labels, buttons]).toEqual([`Sign in to ${name}`, ["Username", "Password"], ["Continue", "Cancel"]])
  })

  it("leads to the login of the one that is chosen, and back", async () => {
    const login = await (await open()).press("WhatsApp")
    expect([login.title, ...login.buttons]).toEqual(["Sign in to WhatsApp", "Continue", "Choose another", "Cancel"])
    const choice = await login.press("Choose another")
    expect(choice.title).toBe("Choose what to connect")
    expect(short(await signIn(await choice.press("Google"), "ok"))).toBe(done)
  })
})

describe("a login", () => {
  it.each<[username: string, ...pages: string[]]>([
    ["ok", done],
    ["2fa", twoFactor],
    ["otp", otp],
    ["in-app", "Approve the login"],
    ["phone", "Enter your phone number"],
    ["unknown-checkpoint", "Show that you are a person"],
    ["nobody", "Sign in to LinkedIn: The username or password is not right. Check them and try again."],
    ["error:503:network_down", "Sign in to LinkedIn: The service is not available right now. Try again in a moment."],
    ["error:409:errors/operation_canceled", "Sign in to LinkedIn: Another login replaced this one. Start again."],
    ["error:403:errors/account_restricted", failed],
  ])("of %s leads to %s", async (username, page) => {
    expect(short(await login(username))).toBe(page)
  })

  it.each<Record<string, string>>([
    { Username: "", Password: "x" },
    { Username: "  ", Password: "x" },
    { Username: "ok", Password: "" },
    {},
  ])("needs every field: %j", async (fields) => {
    const page = await (await open({ providers: "IMAP" })).press("Continue", fields)
    expect(short(page)).toBe("Sign in to IMAP: Something is missing. Fill in every field and try again.")
    expect(short(await signIn(page, "ok"))).toBe(done)
  })
})

describe("a checkpoint", () => {
  it.each(["2fa", "otp", "unknown-checkpoint"])("accepts the right code, and no other: %s", async (username) => {
    const page = await login(username)
    const again = await enter(page, "000000")
    expect([again.title, again.alert]).toEqual([page.title, wrong])
    expect(short(await enter(again, " 123456 "))).toBe(done)
  })

  it("accepts a phone number, however it is grouped", async () => {
    const page = await login("phone")
    expect(page.labels).toEqual(["Country code", "Phone number"])
    const again = await page.press("Continue", { "Country code": "33", "Phone number": "12" })
    expect(short(again)).toBe("Enter your phone number: That was not accepted. Check it and try again.")
    const next = await again.press("Continue", { "Country code": "+33", "Phone number": "06 12 34-56.78" })
    expect(short(next)).toBe(twoFactor)
    expect(short(await enter(next))).toBe(done)
  })

  it("is approved in the app, sooner or later", async () => {
    let page = await login("in-app-pending-3")
    expect([page.labels, page.buttons]).toEqual([[], ["I have approved it", "Try another way", "Cancel"]])
    for (let asked = 1; asked < 3; asked++) {
      page = await page.press("I have approved it")
      expect(short(page)).toBe("Approve the login: The login has not been approved yet.")
    }
    expect(short(await page.press("I have approved it"))).toBe(done)
  })

  it("can be changed for another as long as there is one", async () => {
    const second = await (await login("in-app")).press("Try another way")
    const third = await second.press("Try another way")
    expect([short(second), short(third), third.buttons]).toEqual([twoFactor, otp, ["Continue", "Cancel"]])
    expect(short(await enter(third))).toBe(done)
  })

  it.each([
    ["2fa-error:500:provider_error", `${twoFactor}: The provider has problems right now. Try again in a moment.`],
    ["2fa-error:403:session_mismatch", `${again}: This is not the expected account. Start again with the right one.`],
    ["2fa-error:403:errors/resource_access_restricted", failed],
  ])("of %s leads to %s", async (username, page) => {
    expect(short(await enter(await login(username)))).toBe(page)
  })

  it("is over with its intent, and the link is not", async () => {
    const { url, advance } = await start({ intentLifetime: 1_000 })
    const page = await signIn(await visit(await createLink({ url }, { providers: "IMAP", ...redirects })), "2fa")
    advance(1_000)
    const again = await enter(page)
    expect(short(again)).toBe("Sign in to IMAP: The time for this login is over. Sign in again.")
    expect(short(await signIn(again, "ok"))).toBe(done)
  })
})

describe("a redirect URL", () => {
  /** Ends a login at once, and returns the response's status and `Location`. */
  async function finish(url: string) {
    const { url: page } = await open({ providers: "IMAP", success_redirect_url: url })
    const body = new URLSearchParams({ step: "0", action: "continue", username: "ok", password: "x" })
    const { status, headers } = await fetch(page, { method: "POST", body, redirect: "manual" })
    return [status, headers.get("location")]
  }

  it.each([
    "https://app.example.com",
    "https://App.Example.com:443/a/../b?x='\"<>&y=%zz&token=a.b-c_d#'\"<>|^`",
    "http://localhost:3000/done?#",
  ])("is kept to the letter: %s", async (url) => {
    expect(await finish(url)).toEqual([303, url])
  })

  it.each([
    ["https://app.example.com/été?a=ü", "https://app.example.com/%C3%A9t%C3%A9?a=%C3%BC"],
    ["https://app.example.com/日?a#本", "https://app.example.com/%E6%97%A5?a#%E6%9C%AC"],
  ])("is escaped where a header cannot hold it: %s", async (url, escaped) => {
    expect(await finish(url)).toEqual([303, escaped])
  })
})

it("a lost response ends the link as connected, though the browser is shown nothing", async () => {
  const page = await login("2fa-lost", { providers: "IMAP" })
  await expect(enter(page)).rejects.toThrow("fetch failed")
  expect(await visit(page.url)).toMatchObject({ status: 410, title: "This link has been used" })
  await expect(enter(page)).rejects.toThrow("fetch failed")
  const again = await login("2fa-lost", { providers: "IMAP", failure_redirect_url: undefined })
  expect(again.title).toBe(notConnected)
  expect(again.text).toContain("This account is connected already.")
})

it.each<[string, () => Promise<Page>]>([
  ["the choice", () => open()],
  ["the login", () => open({ providers: "IMAP" })],
  ["a checkpoint", () => login("2fa")],
  ["an approval", () => login("in-app")],
])("a cancel of %s leads back as a failure", async (_, arrive) => {
  const page = await (await arrive()).press("Cancel")
  expect(short(page)).toBe(failed)
})

const nowhere = { success_redirect_url: undefined, failure_redirect_url: undefined }

it.each([
  ["connected", () => login("ok", nowhere), "Your account is connected", "You can close this page."],
  ["canceled", async () => (await open(nowhere)).press("Cancel"), notConnected, "You can close this page."],
  ["refused", () => login("error:403:errors/account_restricted", nowhere), notConnected, "restricted this account."],
])("an end that leads nowhere shows that it is %s", async (_, arrive, title, expected) => {
  const page = await arrive()
  expect([page.status, page.title]).toEqual([200, title])
  expect(page.text).toContain(expected)
})

/** Posts the fields in the documents, without the name of the page. */
async function signInBare(page: Page): Promise<Page> {
  const body = new URLSearchParams({ step: "0", action: "continue", username: "ok", password: "correct horse" })
  await fetch(page.url, { method: "POST", body, redirect: "manual" })
  return page
}

describe("a link", () => {
  it("can be opened again until it has ended, and goes on where it was", async () => {
    const page = await login("2fa")
    expect(short(await visit(page.url))).toBe(twoFactor)
    expect(short(await enter(await visit(page.url)))).toBe(done)
  })

  it.each<[string, string, (page: Page) => Promise<Page>]>([
    ["connected", "cancel", (page) => signIn(page, "ok")],
    ["connected by a form of one's own", "continue", signInBare],
    ["canceled", "continue", (page) => page.press("Cancel")],
    ["refused", "continue", (page) => signIn(page, "error:403:errors/account_restricted")],
  ])("works once, and is not begun again by any form: %s", async (_, action, finish) => {
    const page = await open({ providers: "IMAP" })
    await finish(page)
    const { status, title, buttons } = await visit(page.url)
    expect([status, title, buttons]).toEqual([410, "This link has been used", []])
    for (const step of ["0", "1", "2"]) {
      const body = new URLSearchParams({ step, action, username: "ok", password: "x" })
      const { status, headers } = await fetch(page.url, { method: "POST", body, redirect: "manual" })
      // The response does not reveal the target either.
      expect([status, headers.get("location")]).toEqual([410, null])
    }
  })

  it("leads the browser that has ended it to its end, and no other that had it open", async () => {
    const first = await login("2fa")
    const second = await visit(first.url)
    expect(short(await enter(first))).toBe(done)
    expect([short(await enter(second)), short(await enter(first))]).toEqual(["This link has been used", done])
  })

  it("that was canceled is not begun again by the browser that has canceled it", async () => {
    const page = await open({ providers: "IMAP" })
    await page.press("Cancel")
    const [, name = ""] = /name="page" value="([^"]+)"/.exec(page.text) ?? []
    const body = new URLSearchParams({ page: name, step: "1", username: "ok", password: "x" })
    const { headers } = await fetch(page.url, { method: "POST", body, redirect: "manual" })
    expect(headers.get("location")).toBe(failed)
  })

  it("accepts no form of an older page", async () => {
    const page = await login("2fa-then-otp")
    const next = await enter(page)
    // Each page has its own name.
    const textOf = ({ text }: Page) => text.replace(/(name="page" value=")[^"]+/, "$1")
    for (const press of ["Continue", "Cancel", "Try another way"]) {
      const stale = await page.press(press, { Code: "123456" })
      expect([short(stale), textOf(stale)]).toEqual([otp, textOf(next)])
    }
  })

  it("expires, whatever page it is at", async () => {
    const { url, advance } = await start()
    const [page, other] = [await visit(await createLink({ url })), await visit(await createLink({ url }))]
    const login = await other.press("Google")
    advance(2 * hour - 1)
    expect((await visit(page.url)).status).toBe(200)
    advance(1)
    for (const late of [await visit(page.url), await page.press("Google"), await signIn(login, "ok")]) {
      expect([late.status, late.title, late.buttons]).toEqual([410, "This link has expired", []])
    }
  })

  it("lives a day at most", async () => {
    const { url, advance } = await start()
    const page = await visit(await createLink({ url }, { expiresOn: "2031-01-01T00:00:00Z" }))
    advance(24 * hour - 1)
    expect((await visit(page.url)).status).toBe(200)
    advance(1)
    expect((await visit(page.url)).title).toBe("This link has expired")
  })

  it.each(["", "x", "__proto__", "%", "%00", "a/b"])("that was never made is a page about it: %j", async (token) => {
    const { status, title } = await visit(`${server.url}/hosted/auth/${token}`)
    expect([status, title]).toEqual([404, "There is no such link"])
  })

  it.each(["PUT", "DELETE", "OPTIONS"])("refuses the method %s", async (method) => {
    const { url } = await open()
    const { status, headers } = await fetch(url, { method })
    expect([status, headers.get("allow")]).toEqual([405, "GET, POST"])
  })

  it.each<[string, RequestInit, string]>([
    ["JSON", { body: "{}", headers: { "Content-Type": "application/json" } }, "errors/invalid_request"],
    ["too much", { body: new URLSearchParams({ code: "x".repeat(65_536) }) }, "errors/content_too_large"],
  ])("accepts no %s", async (_, init, type) => {
    const { url } = await open()
    const response = await fetch(url, { method: "POST", ...init })
    expect([response.status, (await response.json()).type]).toEqual([400, type])
  })

  it.each(["provider=MESSENGER", "provider=__proto__", "provider=", "", "username=ok&password=x", "action=back"])(
    "is not misled by a form that no page has: %j",
    async (fields) => {
      const { url } = await open()
      const body = new URLSearchParams(`step=0&${fields}`)
      await fetch(url, { method: "POST", body })
      expect(short(await visit(url))).toMatch(/^Choose what to connect: Something is missing/)
    },
  )
})

describe("every page", () => {
  const pages: [string, () => Promise<Page>][] = [
    ["the choice", () => open()],
    ["a login", () => login("nobody")],
    ["a code", async () => enter(await login("2fa"), "0")],
    ["an approval", () => login("in-app")],
    ["a phone number", () => login("phone")],
    ["another page", () => visit(`${server.url}/hosted/auth/x`)],
  ]

  it.each(pages)("is whole, has a heading and labels, and needs nothing from elsewhere: %s", async (_, arrive) => {
    const { text, title, labels, headers } = await arrive()
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">\n/)
    expect(text).toContain(`<h1>${title}</h1>`)
    const typed = [...text.matchAll(/<input [^>]*type="(?!hidden)/g)]
    expect(typed.length).toBe(labels.length)
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(text).not.toMatch(/<script|<img|<iframe|\son\w+=|url\(|@import|https?:/i)
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/)
    expect([headers.get("cache-control"), headers.get("referrer-policy")]).toEqual(["no-store", "no-referrer"])
  })

  it("repeats nothing that was typed", async () => {
    const page = await open({ providers: "IMAP", name: "canary-name" })
    const login = await page.press("Continue", { Username: "canary-username", Password: "canary-password" })
    const checkpoint = await enter(await signIn(login, "2fa"), "canary-code")
    expect(checkpoint.alert).toBe(wrong)
    expect([login.text, checkpoint.text].join()).not.toContain("canary")
  })
})

describe("a text in a page", () => {
  const hostile = `</title><script>alert("1")</script>'&amp;`
  const harmless = "&#60;/title&#62;&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#39;&#38;amp;"

  it("is a text, wherever it stands", async () => {
    const page = await renderPage(
      hostile,
      html`<p class="${hostile}">${hostile}${[html`<b>${hostile}</b>`]}</p>`,
    ).text()
    expect(page.split(harmless).length - 1).toBe(5)
    expect(page).not.toContain("<script")
  })

  it("is written once", () => {
    expect(html`${1}${undefined}${html`${"<"}`}`.markup).toBe("1&#60;")
  })
})
