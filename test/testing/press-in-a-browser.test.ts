import { afterAll, describe, expect, it } from "vitest"
import { toLocations } from "../../src/testing/driven-page.ts"
import { findSecrets } from "../../src/testing/find-secrets.ts"
import { act, type DriverSetup, forget, installDriver, look } from "../../src/testing/in-page.ts"
import { readKept, trackFields } from "../../src/testing/kept-in-page.ts"
import { runTasks } from "../../src/testing/tasks-in-page.ts"
import { launchBrowser } from "../harness/browser.ts"

const browser = await launchBrowser()
afterAll(() => browser.close())

const toSetup = (locations: DriverSetup["locations"] = {}): DriverSetup => ({ locations, requests: "/api/" })

const style = "<style>.over { position: fixed; inset: 0 }</style>"

/** Opens a page with this body and the driver's script. */
async function openPage(body: string, locations?: DriverSetup["locations"]) {
  const page = await browser.newPage()
  await page.setContent(body)
  await page.evaluate(installDriver, toSetup(locations))
  return page
}

/** Presses the button of a page, and returns how often the page noticed. */
async function pressOn(
  body: string,
  place: DriverSetup["locations"][string] = { selector: "button" },
): Promise<string | null> {
  const page = await browser.newPage()
  await page.setContent(style + body)
  await page.evaluate(() => {
    const dialog = document.querySelector<HTMLDialogElement>("#modal")
    dialog?.close()
    dialog?.showModal()
  })
  const button = page.locator("button, input").first()
  await button.evaluate((element) => {
    element.addEventListener("click", () => element.setAttribute("data-pressed", "1"))
  })
  await page.evaluate(installDriver, toSetup({ approve: place }))
  await page.evaluate(act, ["approve"])
  return button.getAttribute("data-pressed")
}

it("each request with POST to the driver counts, however it is made, and none that goes elsewhere", async () => {
  const page = await browser.newPage()
  await page.evaluate(installDriver, toSetup())
  await page.evaluate(async () => {
    const controller = new AbortController()
    const { signal } = controller
    const sent = [
      fetch("http://localhost:1/api/", { method: "post" }),
      fetch(new Request("http://localhost:1/api/", { method: "POST", signal })),
      fetch(new Request("http://localhost:1/api/"), { method: "POST" }),
      fetch(new Request("http://localhost:1/api/", { method: "POST" }), { method: "GET" }),
      fetch("http://localhost:1/api/"),
      fetch(new URL("http://localhost:1/metrics"), { method: "POST" }),
    ]
    controller.abort()
    await Promise.allSettled(sent)
  })
  expect(await page.evaluate(look)).toMatchObject({ sent: 3, open: 0 })
})

it("a request of a driven page is open until its response has come whole", async () => {
  const page = await browser.newPage()
  await page.evaluate(() => {
    window.fetch = async () => new Response(new ReadableStream())
  })
  await page.evaluate(installDriver, toSetup())
  await page.evaluate(() => void fetch("http://localhost:1/api/", { method: "POST" }))
  expect(await page.evaluate(look)).toMatchObject({ sent: 1, open: 1 })
})

it("a look at a driven page waits for its messages, and counts apart what was requested before", async () => {
  const page = await openPage("")
  const seen = await page.evaluate(async (turns) => {
    const { port1, port2 } = new MessageChannel()
    let turn = 0
    port1.onmessage = () => {
      turn += 1
      if (turn < turns) port2.postMessage(undefined)
      else void fetch("http://localhost:1/api/", { method: "POST" })
    }
    port2.postMessage(undefined)
    return (
      globalThis as typeof globalThis & { authIntentDriver: ReturnType<typeof installDriver> }
    ).authIntentDriver.look()
  }, 6)
  expect(seen).toMatchObject({ before: { sent: 0 }, sent: 1 })
})

it.each(["location.reload()", "location.assign('/accounts')", "document.forms[0].submit()"])(
  "a driven page stays where it is when it would leave by %s, and leaves by the driver",
  async (script) => {
    const page = await browser.newPage()
    await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<form action=/x></form>" }))
    await page.addInitScript(installDriver, toSetup())
    await page.goto("http://localhost/login")
    await page.evaluate(`window.isSame = true; ${script}; history.pushState(null, "", "/login/code")`)
    const { leavesFor } = await page.evaluate(look)
    expect(leavesFor).toMatch(/^http:\/\/localhost\/(login|accounts|x)/)
    expect(await page.evaluate("[window.isSame, location.pathname]")).toEqual([true, "/login/code"])
    await page.reload()
    expect(await page.evaluate("[window.isSame, location.pathname]")).toEqual([undefined, "/login/code"])
    await page.goto("http://localhost/login")
    expect(await page.evaluate("location.pathname")).toBe("/login")
  },
)

it("a driven page goes on by its own tasks and frames while its clock stands still", async () => {
  const page = await browser.newPage()
  await page.clock.install({ time: 1_000 })
  await page.clock.pauseAt(10_000)
  await page.addInitScript(runTasks)
  await page.addInitScript(installDriver, toSetup())
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<p>Log in</p>" }))
  await page.goto("http://localhost/login")
  await page.evaluate(() => {
    const body = document.body
    const cannot = () => body.append(" never")
    clearTimeout(setTimeout(cannot))
    cancelAnimationFrame(requestAnimationFrame(cannot))
    cancelIdleCallback(requestIdleCallback(cannot))
    requestIdleCallback((deadline) => body.append(` ${deadline.timeRemaining()}`))
    clearTimeout(setTimeout(cannot, 1))
    setTimeout("document.body.append(' code')")
    setTimeout((text: string) => body.append(text), 1, " later")
    requestAnimationFrame((time) => body.append(time === performance.now() ? "" : ` at ${time}`))
    setTimeout((text: string) => requestAnimationFrame(() => body.append(` ${text} ${Date.now()}`)), 0, "at")
  })
  await page.evaluate(look)
  expect(await page.evaluate(() => document.body.textContent)).toBe("Log in 50 at 10000")
  await page.clock.runFor(1)
  expect(await page.evaluate(() => document.body.textContent)).toBe("Log in 50 at 10000 code later")
})

it("what a driven page saves on its way out is not there for the next scenario", async () => {
  const page = await browser.newPage()
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "" }))
  await page.goto("http://localhost/login")
  await page.evaluate(() => {
    addEventListener("pagehide", () => sessionStorage.setItem("saved", "code"))
    sessionStorage.setItem("saved", "code")
    localStorage.setItem("saved", "code")
  })
  await page.evaluate(forget)
  await page.goto("http://localhost/login")
  expect(await page.evaluate(() => [...Object.keys(sessionStorage), ...Object.keys(localStorage)])).toEqual([])
})

it.each([
  ["its address", "history.pushState(null, '', '?' + new URLSearchParams({ password: secret }))"],
  ["its address", "location.hash = encodeURIComponent(secret)"],
  ["its history", "history.replaceState({ login: { secret } }, '')"],
  ["window.name", "window.name = JSON.stringify([secret])"],
  ["a cookie", "document.cookie = 'password=' + encodeURIComponent(secret)"],
  ["sessionStorage", "sessionStorage.login = JSON.stringify({ secret })"],
  ["localStorage", "localStorage.setItem('password', secret)"],
  ["its document", "document.body.dataset.login = JSON.stringify({ secret })"],
  ["its document", "document.body.append(secret)"],
  ["a field", "document.body.append(Object.assign(document.createElement('input'), { value: secret, hidden: true }))"],
])("a password is found in %s of a driven page: %s", async (place, keep) => {
  const page = await browser.newPage()
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "" }))
  await page.goto("http://localhost/login")
  const secret = "pass wörd"
  const findPlaces = async () =>
    Object.entries(await page.evaluate(readKept)).flatMap(([name, text]) =>
      findSecrets(text, [secret]).length > 0 ? [name] : [],
    )
  expect(await findPlaces()).toEqual([])
  await page.evaluate(`const secret = ${JSON.stringify(secret)}; ${keep}`)
  expect(await findPlaces()).toEqual([place])
})

it("a field of a driven page that shows is held, and another one in its place is told from it", async () => {
  const page = await openPage("<input><input type=hidden><p></p>")
  const replace = (selector: string) =>
    page.evaluate(`{ const field = document.querySelector("${selector}"); field.replaceWith(field.cloneNode()) }`)
  expect(await page.evaluate(trackFields)).toBe(false)
  for (const other of ["[type=hidden]", "p"]) await replace(other)
  expect(await page.evaluate(trackFields)).toBe(false)
  await replace("input")
  expect(await page.evaluate(trackFields)).toBe(true)
  expect(await page.evaluate(trackFields)).toBe(false)
  // A new step.
  await page.evaluate("document.querySelector('input').outerHTML = '<input><select></select>'")
  expect(await page.evaluate(trackFields)).toBe(false)
})

it.each([
  ["hides what is typed", "type=password", undefined],
  ["hides it by its style", "style='-webkit-text-security: disc'", undefined],
  ["shows it", "", '"password" shows what is typed'],
])("a field for a password that %s", async (_, attributes, reason) => {
  const page = await openPage(`<input ${attributes}>`, { password: { selector: "input" } })
  const message = await page.evaluate(act, ["password", "1"]).catch((error: Error) => error.message)
  expect(message).toEqual(reason && expect.stringContaining(reason))
})

it("a driven page without a storage keeps nothing there", async () => {
  const page = await browser.newPage()
  await page.setContent("<iframe sandbox=allow-scripts srcdoc=''></iframe>")
  expect(await page.frames()[1]?.evaluate(readKept)).toMatchObject({ sessionStorage: "", localStorage: "" })
})

it("a driven page whose history is no JSON keeps nothing there", async () => {
  const page = await browser.newPage()
  await page.evaluate("history.replaceState(1n, '')")
  expect(await page.evaluate(readKept)).toMatchObject({ "its history": "" })
})

it.each([
  ["is there and says nothing", "<p role=alert> </p>", "absent"],
  ["says a space", "<p role=alert>&nbsp;</p>", "absent"],
  ["says what does not show", "<p role=alert><span hidden>Not right</span></p>", "absent"],
  ["says something", "<p role=alert>Not right</p>", "usable"],
  ["has a name, and draws what it says", "<p role=alert aria-label='Not right'></p>", "usable"],
  ["is a sign with a name", '<svg role=alert aria-label="Not right" width="9" height="9"></svg>', "usable"],
])("a failure of a driven page that %s is %s", async (_, body, presence) => {
  const page = await openPage(body, { failure: { selector: "[role=alert]" } })
  expect((await page.evaluate(look)).shown["failure"]).toBe(presence)
})

it.each([
  ["own kind is disabled by its attribute", "<x-button disabled>Connect</x-button>"],
  ["kind is disabled for assistive technology", "<button aria-disabled=true>Connect</button>"],
  ["kind is disabled with its fields", "<fieldset disabled><button>Connect</button></fieldset>"],
])("a button of a driven page's %s", async (_, body) => {
  const page = await openPage(body, { submit: { selector: "x-button, button" } })
  expect((await page.evaluate(look)).shown["submit"]).toBe("disabled")
})

const form = { number: { selector: "input" }, countryCode: { selector: "select" }, submit: { selector: "button" } }

it.each([
  ["until its field is filled", "<input><button disabled>Connect</button>", "usable"],
  [
    "until its country is chosen",
    '<select><option value="">Country</select><button disabled>Connect</button>',
    "usable",
  ],
  ["though its field is filled", "<input value=1><button disabled>Connect</button>", "disabled"],
  ["with its field", "<input disabled><button disabled>Connect</button>", "disabled"],
  ["beside a field that is read only", "<input readonly><button disabled>Connect</button>", "disabled"],
])("a submit of a driven page that is disabled %s: %s, %s", async (_, body, presence) => {
  const page = await openPage(body, form)
  expect((await page.evaluate(look)).shown["submit"]).toBe(presence)
})

it("a submit of a driven page that is disabled while a request is open is disabled, also where the page has emptied its field", async () => {
  const page = await openPage("<input><button disabled>Connect</button>", form)
  await page.route("**/api/", () => {})
  await page.evaluate(() => void fetch("http://localhost:1/api/", { method: "POST" }))
  expect(await page.evaluate(look)).toMatchObject({ open: 1, shown: { submit: "disabled" } })
})

it.each([
  ["under its label", '<input id="code"><label class="over" for="code">Code</label>', undefined],
  ["beside its label", "<label>Code</label><input>", undefined],
  ["that has a text", "<input value=9>", undefined],
  ["under what covers it", '<input><aside class="over">Wait</aside>', '"code" lies under <aside class="over"></aside>'],
  ["that is read only", '<input readonly value="1">', '"code" cannot be typed into'],
  ["that is disabled", '<input disabled value="1">', '"code" is disabled'],
])("a field of a driven page %s is filled in where a person could", async (_, body, reason) => {
  const page = await openPage(style + body, { code: { selector: "input" } })
  const message = await page.evaluate(act, ["code", "1"]).catch((error: Error) => error.message)
  if (reason) expect(message).toContain(reason)
  else {
    const input = page.locator("input")
    expect(await input.inputValue()).toBe("1")
    expect(await input.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.evaluate(act, ["code", ""])
    expect(await input.inputValue()).toBe("")
  }
})

it.each([
  ["nothing", "", "absent"],
  ["what is hidden, and a script", "<p hidden>No</p><script>0</script>", "absent"],
  ["a text", "<p>Not connected</p>", "usable"],
  ["a text in a shadow root", "<div><template shadowrootmode=open><p>No</p></template></div>", "usable"],
  [
    "a text in a shadow root in another",
    "<p><template shadowrootmode=open><span><template shadowrootmode=open><p>No</p></template></span></template></p>",
    "usable",
  ],
])("a driven page that shows %s is looked at for its text", async (_, body, text) => {
  const page = await openPage(body)
  expect((await page.evaluate(look)).shown["text"]).toBe(text)
})

it("a select of a driven page reports what was chosen to what it is in", async () => {
  const page = await openPage("<form><select><option value=1><option value=33></select></form>", {
    countryCode: { selector: "select" },
  })
  await page.evaluate(
    `form = document.forms[0]; form.oninput = form.onchange = ({ type }) => (window.seen ??= []).push(type)`,
  )
  await page.evaluate(act, ["countryCode", "33"])
  expect(await page.evaluate("[window.seen, document.activeElement.value]")).toEqual([["input", "change"], "33"])
})

it("a select of a driven page that has no such option fails with its name", async () => {
  const body = "<select><option value=US>United States</option></select>"
  const page = await openPage(body, { countryCode: { selector: "select" } })
  const typing = page.evaluate(act, ["countryCode", "33"])
  await expect(typing).rejects.toThrow('The select for "countryCode" has no option with the value "33"')
})

describe("a button of a driven page", () => {
  it.each(["button", "submit"])("is found by its value where it is an input of the type %s", async (type) => {
    const buttons = { approve: /^Approve/, switchMethod: "b", cancel: "c" }
    const { approve } = toLocations({ url: "/", buttons })
    expect(await pressOn(`<input type=${type} value=Approve><input type=submit value=Cancel>`, approve)).toBe("1")
  })

  it.each([
    ["in other letters", "<button>APPROVE</button><button>Cancel</button>"],
    ["with space around it", "<button> Approve </button>"],
    ["by what assistive technology calls it", "<button aria-label=Approve>OK</button>"],
  ])("is found by its text %s", async (_, body) => {
    expect(await pressOn(body, { selector: "button", text: { source: "^Approve$", flags: "i" } })).toBe("1")
  })

  it("is named in an error with its text, or by what is missing", async () => {
    const place = { selector: "button", text: { source: "^Approve", flags: "i" } }
    await expect(pressOn("<button>Cancel</button>", place)).rejects.toThrow(
      "at button with the text /^Approve/i, and 0",
    )
    const page = await openPage("<button>Cancel</button>")
    await expect(page.evaluate(act, ["approve"])).rejects.toThrow("located at no given locator, and 0 found")
  })

  it.each([
    ["with another element in it", "<button><b>Connect</b></button>"],
    ["in a shadow root", "<p><template shadowrootmode=open><button>Connect</button></template></p>"],
    ["beside a dialog that is not modal", "<button>Connect</button><dialog open>Cookies?</dialog>"],
    [
      "in a shadow root in a modal dialog",
      "<dialog id=modal><p><template shadowrootmode=open><button>Connect</button></template></p></dialog>",
    ],
    [
      "in a modal dialog over another one",
      '<dialog>Wait</dialog><dialog><button>Connect</button></dialog><script>document.querySelectorAll("dialog").forEach((each) => each.showModal())</script>',
    ],
    [
      "below the window of a page whose head stays",
      '<header style="position: fixed; inset: 0 0 auto; block-size: 99px"></header><div style="block-size: 3000px"></div><button>Connect</button><div style="block-size: 3000px"></div>',
    ],
    [
      "below the window of a page that scrolls smoothly",
      '<style>html { scroll-behavior: smooth }</style><div style="block-size: 3000px"></div><button>Connect</button>',
    ],
    ["under what lets a pointer through", '<button>Connect</button><p class="over" style="pointer-events: none"></p>'],
  ])("is pressed %s", async (_, body) => expect(await pressOn(body)).toBe("1"))

  it.each([
    ["under what covers it", '<button>Connect</button><aside class="over"></aside>', 'lies under <aside class="over">'],
    ["outside the window", '<button style="position: fixed; left: -999px">Connect</button>', "lies outside the window"],
    ["in what is inert", "<p inert><button>Connect</button></p>", "and 0 found"],
    ["that is disabled", "<button disabled>Connect</button>", '"approve" is disabled'],
    ["behind a modal dialog", '<button>Connect</button><dialog open id="modal">Wait</dialog>', "and 0 found"],
    [
      "where it cannot be seen",
      '<button style="visibility: hidden">Connect</button>',
      '"approve", located at button, and 0 found',
    ],
    ["where assistive technology does not find it", "<p aria-hidden=true><button>Connect</button></p>", "and 0 found"],
    [
      "where assistive technology does not find what it is in",
      "<p aria-hidden=true><template shadowrootmode=open><button>Connect</button></template></p>",
      "and 0 found",
    ],
    [
      "where it is one of two",
      "<button>Connect</button><button hidden></button><button>Connect</button>",
      "and 2 found",
    ],
  ])("is not pressed %s", (_, body, reason) => expect(pressOn(body)).rejects.toThrow(reason))
})
