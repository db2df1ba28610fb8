import { afterAll, describe, expect, it } from "vitest"
import { createDeferred } from "../harness/deferred.ts"
import { openStage } from "./stage.ts"
import { type Visitor, visit } from "./visitor.ts"

const stage = await openStage()
afterAll(() => stage.close())

/** A checkpoint of each kind that a page has: the username for it, its kind, and a person's way past it. */
const checkpoints: [username: string, kind: string, solve: (visitor: Visitor) => Promise<void>][] = [
  ["2fa", "code", (visitor) => visitor.enterCode("123456")],
  ["in-app", "approval", (visitor) => visitor.button("I have approved it").click()],
  [
    "phone",
    "phone",
    async (visitor) => {
      await visitor.enterPhone("33", "06 12 34 56 78")
      await visitor.enterCode("123456")
    },
  ],
]

const remaining = async ({ connect }: Visitor) => {
  const [, minutes, seconds] = /(\d+):(\d+)/.exec(await connect.getByRole("timer").innerText()) ?? []
  return Number(minutes) * 60 + Number(seconds)
}

it.concurrent.each(checkpoints)("a reload goes on with the time that remains, at %s", (username, kind, solve) =>
  visit(stage, { query: "silent" }, async (visitor) => {
    await visitor.login(username, kind)
    await visitor.pass(100)
    await visitor.page.reload()
    await visitor.at(kind)
    await visitor.read(username)
    expect(await remaining(visitor)).toBeGreaterThan(150)
    expect(await remaining(visitor)).toBeLessThanOrEqual(200)
    await solve(visitor)
    await visitor.reach("Connected")
    expect(visitor.relay.sent.length).toBe(kind === "phone" ? 3 : 2)
  }),
)

describe.concurrent("a person who leaves and comes back", () => {
  const leave = ({ page }: Visitor) =>
    page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })))
  const comeBack = ({ page }: Visitor) =>
    page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })))

  it("goes on where a browser had frozen the page, with its timers armed and the request lost", () =>
    visit(stage, async (visitor) => {
      const { page } = visitor
      await visitor.login("2fa", "code")
      await visitor.sendUnanswered({ code: "123456" })
      const aborted = page.waitForEvent("requestfailed")
      await leave(visitor)
      await aborted
      await comeBack(visitor)
      await visitor.read("This login was interrupted. Enter that again.")
      await visitor.pass(300)
      await visitor.reach("Not sure yet")
    }))

  it("goes on with what the tab has saved since, where a browser brings an older page back", () =>
    visit(stage, async (visitor) => {
      const { page } = visitor
      const read = () => page.evaluate(() => sessionStorage.getItem("auth-intent") ?? "")
      const save = (text: string) => page.evaluate((text) => sessionStorage.setItem("auth-intent", text), text)
      await visitor.login("2fa", "code")
      await leave(visitor)
      const older = await read()
      // A cleared storage does not concern the login that is open here.
      await page.evaluate(() => sessionStorage.clear())
      await comeBack(visitor)
      await visitor.at("code")
      await leave(visitor)
      const newer = JSON.parse(older)
      newer.account = "grace"
      newer.saved = { ...newer.saved, checkpoint: { type: "OTP" } }
      await save(JSON.stringify(newer))
      await comeBack(visitor)
      await visitor.read("grace")
      expect(JSON.parse(await read()).saved).toEqual(newer.saved)
      // A text typed for one login is not sent for another.
      await visitor.field("Code").fill("12345")
      await leave(visitor)
      await save(JSON.stringify({ ...newer, account: "eve" }))
      await comeBack(visitor)
      await visitor.read("eve")
      expect(await visitor.field("Code").inputValue()).toBe("")
      await save(JSON.stringify({ ...newer, saved: { ...newer.saved, state: "connected" } }))
      await leave(visitor)
      await comeBack(visitor)
      await visitor.reach("Connected")
      await save("")
      await leave(visitor)
      await comeBack(visitor)
      await visitor.at("credentials")
    }))

  it("goes on where the form is drawn anew in the same page", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa", "code")
      await visitor.page.evaluate(() => void dispatchEvent(new Event("redraw")))
      await visitor.connectBy("123456")
    }))

  it.each<[string, string, () => void]>([
    ["had crashed", "", () => {}],
    [
      "was closed and restored",
      "&back",
      () => {
        performance.getEntriesByType = () => [{ type: "back_forward" }] as never
      },
    ],
    ["was let go of by the browser", "&again", () => Object.defineProperty(document, "wasDiscarded", { value: true })],
  ])("goes on where the tab %s, and finds no other tab", (_, more, prepare) =>
    visit(stage, { clock: "system" }, async (visitor) => {
      const { page } = visitor
      await visitor.login("2fa", "code")
      // Such a tab had no time to withdraw its announcement.
      await page.evaluate(() => {
        for (const [name, until] of Object.entries(localStorage)) {
          addEventListener("pagehide", () => localStorage.setItem(name, until))
        }
      })
      await page.addInitScript(prepare)
      await (more ? page.goto(page.url() + more) : page.reload())
      await visitor.at("code")
      expect(await visitor.connect.getByText(/under way in another tab/).count()).toBe(0)
      await visitor.connectBy("123456")
    }),
  )

  it("reads how it ended after a reload, and the host is called once", () =>
    visit(stage, async (visitor) => {
      await visitor.login("ok")
      await visitor.reach("Connected")
      expect(await visitor.reports()).toHaveLength(2)
      await visitor.page.reload()
      await visitor.reach("Connected")
      expect(await visitor.reports()).toEqual([])
      await visitor.button("Connect another").click()
      await visitor.at("credentials")
      expect(await visitor.field("Username or email").inputValue()).toBe("")
      await visitor.page.reload()
      await visitor.at("credentials")
    }))

  it("reads how it ended in a frame that is reloaded, alone or with the page around it, and not where that is a new visit", () =>
    visit(stage, { query: "framed", clock: "system" }, async ({ page }) => {
      const body = `<iframe src="${page.url()}" width="400" height="400"></iframe>`
      await page.route("**/around*", (route) => route.fulfill({ contentType: "text/html", body }))
      await page.route("**/?session=*", async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, headers: { "content-type": "text/html" } })
      })
      await page.goto(`${stage.origin}/around`)
      const connect = page.frameLocator("iframe").locator(".ai-connect")
      await connect.locator("[name=username]").fill("ok")
      await connect.locator("[name=password]").fill("correct horse")
      await connect.locator("[type=submit]").click()
      await connect.getByRole("heading", { name: "Connected" }).waitFor()
      const reloaded = page.waitForEvent("framenavigated")
      await page.frames()[1]?.evaluate(() => void setTimeout(() => location.reload()))
      await reloaded
      await connect.getByRole("heading", { name: "Connected" }).waitFor()
      await page.reload()
      await connect.getByRole("heading", { name: "Connected" }).waitFor()
      await page.goto(`${stage.origin}/around?again`)
      await connect.getByRole("heading", { name: "Connect your account" }).waitFor()
    }))
})

describe.concurrent("where the host changes whose accounts can be connected, a login", () => {
  const offer = ({ page }: Visitor, ...providers: string[]) =>
    page.evaluate((detail) => void dispatchEvent(new CustomEvent("offer", { detail })), providers)

  it("of another user, who has another key, begins anew, and the first one is kept for its own", () =>
    visit(stage, { query: "key=ada" }, async (visitor) => {
      const { page } = visitor
      const kept = (user: string) => page.evaluate((key) => sessionStorage.getItem(key) ?? "", user)
      await visitor.login("2fa", "code")
      await page.evaluate(() => void dispatchEvent(new Event("user")))
      await visitor.at("credentials")
      expect(await visitor.field("Username or email").inputValue()).toBe("")
      await visitor.login("ok")
      await visitor.reach("Connected")
      expect(await kept("bob")).toContain('"connected"')
      expect(await kept("ada")).toContain('"checkpoint"')
    }))

  it("goes on as long as its provider is offered, and then makes way", () =>
    visit(stage, async (visitor) => {
      await visitor.field("LinkedIn").check({ force: true })
      await visitor.login("2fa", "code")
      // The list is empty while it is loaded again.
      await offer(visitor)
      expect(await visitor.connect.count()).toBe(0)
      await offer(visitor, "MESSENGER", "LINKEDIN")
      await visitor.field("Code").fill("123")
      expect(await visitor.connect.locator(".ai-identity > p").innerText()).toMatch(/LinkedIn\s+2fa/)
      await offer(visitor, "MESSENGER")
      await visitor.login("2fa", "code")
      expect(visitor.relay.sent.map(({ body }) => body["provider"])).toEqual(["LINKEDIN", "MESSENGER"])
    }))

  it("that was saved waits for a list that is still on its way, and nobody is chosen meanwhile", () =>
    visit(stage, { query: "loading" }, async (visitor) => {
      const { connect, page } = visitor
      expect(await connect.count()).toBe(0)
      await offer(visitor, "LINKEDIN", "TWITTER")
      await visitor.login("2fa", "code")
      await page.reload()
      await page.getByLabel("Search").waitFor()
      expect(await connect.count()).toBe(0)
      await offer(visitor, "TWITTER", "LINKEDIN")
      await visitor.at("code")
      await offer(visitor)
      await connect.waitFor({ state: "detached" })
      await offer(visitor, "TWITTER")
      await visitor.login("2fa", "code")
      expect(visitor.relay.sent.map(({ body }) => body["provider"])).toEqual(["LINKEDIN", "TWITTER"])
    }))

  it("whose first request was lost ends for the host before another one begins", () =>
    visit(stage, async (visitor) => {
      await visitor.page.route("**/api/auth/**", (route) => route.abort())
      await visitor.login("2fa")
      await visitor.alert.waitFor()
      await offer(visitor, "LINKEDIN")
      await visitor.read("LinkedIn")
      expect(await visitor.reports()).toEqual([expect.stringContaining('"mayBeConnected":true')])
    }))

  it("that may have connected the account says so until the next login begins", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa-lost", "code")
      await visitor.enterCode("123456")
      await visitor.alert.waitFor()
      await visitor.button("Cancel").click()
      await visitor.reach("Not sure yet")
      await offer(visitor, "TWITTER")
      await visitor.button("Start again").click()
      await visitor.at("credentials")
      await visitor.read("X (Twitter)")
    }))

  it("that has failed for good makes way", () =>
    visit(stage, async (visitor) => {
      await visitor.login("error:403:errors/account_restricted")
      await visitor.reach("Not connected")
      await offer(visitor, "TWITTER")
      await visitor.at("credentials")
    }))

  it("that has connected the account shows so until the next login begins", () =>
    visit(stage, async (visitor) => {
      await visitor.login("ok")
      await visitor.reach("Connected")
      await offer(visitor, "TWITTER")
      await visitor.button("Connect another").click()
      await visitor.at("credentials")
      await visitor.read("X (Twitter)")
    }))
})

const underWay = /under way in another tab/

it.concurrent("two tabs have an intent each, and each shows that another is under way", () =>
  visit(stage, async (first, open) => {
    await first.login("2fa", "code")
    const second = await open()
    await second.read(underWay)
    expect(await first.connect.getByText(underWay).count()).toBe(0)
    await second.login("in-app-pending-9", "approval")
    await first.read(underWay)

    await first.connectBy("123456")
    await second.connect.getByText(underWay).waitFor({ state: "detached" })
    await second.button("Try another way").click()
    await second.at("code")
    await second.connectBy("123456")
  }))

describe.concurrent("the network", () => {
  it("goes in the middle of a request and comes back", () =>
    visit(stage, async (visitor) => {
      const { page } = visitor
      await visitor.login("2fa", "code")
      await page.route("**/api/auth/**", async (route) => {
        await page.context().setOffline(true)
        await route.abort("internetdisconnected")
      })
      await visitor.enterCode("123456")
      await visitor.read("There is no connection. Check it and try again.")
      expect(await visitor.field("Code").inputValue()).toBe("123456")

      await page.unroute("**/api/auth/**")
      await page.context().setOffline(false)
      await visitor.submit()
      await visitor.reach("Connected")
    }))

  it("may be slow: nothing is sent twice, and a person can cancel", () =>
    visit(stage, async (visitor) => {
      const { page, relay } = visitor
      const held = createDeferred()
      await page.route("**/api/auth/**", async (route) => {
        await held.promise
        await route.continue()
      })
      await visitor.login("2fa")
      const submit = visitor.connect.locator("[type=submit]")
      await submit.and(page.locator("[aria-disabled=true]")).waitFor()
      // A screen reader may skip the content of a busy part.
      const status = visitor.connect.getByRole("status").getByText("One moment…")
      expect(await status.evaluate((part) => part.closest("[aria-busy=true]"))).toBe(null)
      expect(await visitor.connect.locator("[type=radio][aria-disabled=true]").count()).toBe(4)
      expect(await page.locator(":focus").getAttribute("type")).toBe("submit")
      await visitor.field("LinkedIn").click({ force: true })
      expect(await visitor.field("Instagram").isChecked()).toBe(true)
      await submit.click({ force: true, clickCount: 3 })
      held.resolve()
      await visitor.at("code")
      expect(relay.sent).toHaveLength(1)

      await page.unroute("**/api/auth/**")
      await page.route("**/api/auth/**", () => {})
      await visitor.enterCode("123456")
      await visitor.button("Cancel").click()
      // The code was in flight: its effect is unknown.
      await visitor.reach("Not sure yet")
    }))
})

const denied = () => {
  const get = () => {
    throw new DOMException("denied", "SecurityError")
  }
  Object.defineProperties(window, { localStorage: { get }, sessionStorage: { get } })
}

it.concurrent.each([
  ["the browser keeps nothing", denied],
  ["there is no crypto.randomUUID, as on plain http", () => Reflect.deleteProperty(Crypto.prototype, "randomUUID")],
])("the form goes on where %s", (_, prepare) =>
  visit(stage, { clock: "system" }, async (visitor) => {
    await visitor.page.addInitScript(prepare)
    await visitor.page.reload()
    await visitor.login("2fa", "code")
    await visitor.connectBy("123456")
  }),
)
