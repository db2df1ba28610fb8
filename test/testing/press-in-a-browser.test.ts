import { afterAll, describe, expect, it } from "vitest"
import { act, equip, look } from "../../src/testing/in-page.ts"
import { launchBrowser } from "../harness/browser.ts"

const browser = await launchBrowser()
afterAll(() => browser.close())

/** Presses the button of a page, and returns how often the page noticed. */
async function pressOn(body: string): Promise<string | null> {
  const page = await browser.newPage()
  await page.setContent(`<style>.over { position: fixed; inset: 0 }</style>${body}`)
  await page
    .locator("button")
    .first()
    .evaluate((button) => {
      button.addEventListener("click", () => button.setAttribute("data-pressed", "1"))
    })
  await page.evaluate(equip, { approve: { selector: "button" } })
  await page.evaluate(act, ["approve"])
  return page.locator("button").first().getAttribute("data-pressed")
}

it("each request of a driven page with POST counts, however it is made", async () => {
  const page = await browser.newPage()
  await page.evaluate(equip, {})
  await page.evaluate(async () => {
    const controller = new AbortController()
    const { signal } = controller
    const sent = [
      fetch("http://localhost:1/", { method: "post" }),
      fetch(new Request("http://localhost:1/", { method: "POST", signal })),
      fetch("http://localhost:1/"),
    ]
    controller.abort()
    await Promise.allSettled(sent)
  })
  expect(await page.evaluate(look)).toMatchObject({ sent: 2, open: 0 })
})

it.each(["location.reload()", "location.assign('/accounts')", "document.forms[0].submit()"])(
  "a driven page stays where it is when it would leave by %s, and leaves by the driver",
  async (script) => {
    const page = await browser.newPage()
    await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<form action=/x></form>" }))
    await page.addInitScript(equip, {})
    await page.goto("http://localhost/login")
    await page.evaluate(`window.isSame = true; ${script}; history.pushState(null, "", "/login/code")`)
    await page.evaluate(look)
    expect(await page.evaluate("[window.isSame, location.pathname]")).toEqual([true, "/login/code"])
    await page.reload()
    expect(await page.evaluate("[window.isSame, location.pathname]")).toEqual([undefined, "/login/code"])
    await page.goto("http://localhost/login")
    expect(await page.evaluate("location.pathname")).toBe("/login")
  },
)

describe("A button of a driven page", () => {
  it.each([
    ["with another element in it", "<button><b>Connect</b></button>"],
    ["below the window", '<div style="block-size: 3000px"></div><button>Connect</button>'],
    ["under what lets a pointer through", '<button>Connect</button><p class="over" style="pointer-events: none"></p>'],
  ])("is pressed %s", async (_, body) => expect(await pressOn(body)).toBe("1"))

  it.each([
    ["under what covers it", '<button>Connect</button><aside class="over"></aside>', "lies under <aside>"],
    [
      "where it cannot be seen",
      '<button style="visibility: hidden">Connect</button>',
      '"approve", located at button, and 0 found',
    ],
    ["where assistive technology does not find it", "<p aria-hidden=true><button>Connect</button></p>", "and 0 found"],
    [
      "where it is one of two",
      "<button>Connect</button><button hidden></button><button>Connect</button>",
      "and 2 found",
    ],
  ])("is not pressed %s", (_, body, reason) => expect(pressOn(body)).rejects.toThrow(reason))
})
