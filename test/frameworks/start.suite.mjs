// Follows docs/start.md line by line in an empty folder, and logs in on the resulting app.
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { launchBrowser } from "../harness/browser.ts"
import { start } from "./processes.mjs"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "start-"))
// Without colors a printed address is one piece. The reader answers npm's question about downloads with yes.
const env = { ...process.env, NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1", npm_config_yes: "true" }

/** The sections of the page: each with its files, the commands before them, and the commands that run until stopped. */
const sections = readFileSync(join(root, "docs/start.md"), "utf8")
  .split(/^## /m)
  .map((text) => {
    const files = []
    const typed = []
    const served = []
    for (const [, before, language, code] of text.matchAll(/(.*?)^```(\w+)[^\n]*\n(.*?)^```$/gms)) {
      const [, path] = /^`([^`]+)`/m.exec(before) ?? []
      if (language === "sh") (/^(node|npm run dev)/.test(code) ? served : typed).push(code.trim())
      else if (language === "text") files.at(-1).prints = code
      else files.push({ path, code })
    }
    return { name: text.split("\n")[0], files, typed, served }
  })

const sectionOf = (name) => sections.find((section) => section.name === name)

const children = []
const stop = () => Promise.all(children.splice(0).map((child) => child.stop()))

/** Runs typed commands in a folder, and returns the folder in which they end. */
function type(lines, cwd) {
  const script = lines.join("\n").replaceAll(/(npm install.*) auth-intent\b/g, `$1 ${tarball}`)
  const options = { cwd, env, encoding: "utf8", input: "" }
  const { status, stdout, stderr } = spawnSync("bash", ["-euc", `${script}\npwd`], options)
  expect(status, `${script}\n${stdout}${stderr}`).toBe(0)
  return stdout.trim().split("\n").at(-1)
}

function write(files, cwd) {
  for (const { path, code } of files) {
    mkdirSync(join(cwd, dirname(path)), { recursive: true })
    writeFileSync(join(cwd, path), code)
  }
}

/** Starts a server, and returns its output up to a given text. */
function serve(command, cwd) {
  const [program, ...args] = command.split(" ")
  const child = start(program, args, { cwd, env })
  children.push(child)
  return child.until
}

/** Logs in as the page describes, follows the next steps, and returns the errors of the page. */
async function logIn(url, then) {
  const page = await browser.newPage()
  // A development server compiles a page at its first visit.
  page.setDefaultTimeout(180_000)
  const problems = []
  page.on("pageerror", ({ message }) => problems.push(message))
  await page.goto(url)
  await page.getByLabel("Username").fill("2fa")
  await page.getByLabel("Password", { exact: true }).fill("correct horse")
  await page.getByRole("button", { name: "Connect" }).click()
  await page.getByRole("textbox", { name: "Code" }).fill("123456")
  await page.getByRole("button", { name: "Continue" }).click()
  await page.getByRole("heading", { name: "Connected" }).waitFor()
  await then?.(page)
  await page.close()
  return problems
}

let tarball
let browser
let viteApp

beforeAll(async () => {
  spawnSync("npm", ["pack", "--pack-destination", folder], { cwd: root, input: "" })
  const [name = "none"] = readdirSync(folder)
  tarball = join(folder, name)
  browser = await launchBrowser()
})
afterEach(stop)
afterAll(async () => {
  await browser?.close()
  // A stopped process may still write.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

const local = /http:\/\/localhost:\d+/

// Downloads take most of the time.
describe("the start page, typed line by line", { timeout: 600_000 }, () => {
  it("connects an account with Vite and Hono", async () => {
    const { files, typed, served } = sectionOf("Vite and Hono")
    const cwd = mkdtempSync(join(folder, "vite-"))
    viteApp = type(typed, cwd)
    write(files, viteApp)
    const [server, page] = served.map((command) => serve(command, viteApp))
    expect(await logIn(await page(local))).toEqual([])
    expect(await server(/^store \w+ \w+/m)).toMatch(/INSTAGRAM acc/)
    // The reader's app at this point still compiles.
    type(["npm run build"], viteApp)
  })

  it("connects an account with Express, in place of Hono", async () => {
    const { files, typed } = sectionOf("Express")
    const cwd = type(typed, viteApp)
    write(files, cwd)
    const [server, page] = sectionOf("Vite and Hono").served.map((command) => serve(command, cwd))
    expect(await logIn(await page(local))).toEqual([])
    expect(await server(/^store \w+ \w+/m)).toMatch(/INSTAGRAM acc/)
  })

  it("connects an account with Next.js, and begins anew at the next visit", async () => {
    const { files, typed, served } = sectionOf("Next.js")
    const cwd = type(typed, mkdtempSync(join(folder, "next-")))
    write(files, cwd)
    const app = serve(served[0], cwd)
    const visitAgain = async (page) => {
      const lead = (path) => page.evaluate((to) => window.next.router.push(to), path)
      const first = { name: "Connect your account" }
      await lead("/")
      // The page stays in the document, hidden.
      await page.getByRole("heading", { ...first, includeHidden: true }).waitFor({ state: "attached" })
      await lead("/connect")
      await page.getByRole("heading", first).waitFor()
    }
    expect(await logIn(`${await app(local)}/connect`, visitAgain)).toEqual([])
    expect(await app(/^store \w+ \w+/m)).toMatch(/INSTAGRAM acc/)
  })

  it("connects an account in a plain back end", () => {
    const { files, typed } = sectionOf("A plain back end")
    const cwd = type(typed, mkdtempSync(join(folder, "plain-")))
    write(files, cwd)
    for (const { path, prints } of files) {
      const { stdout, stderr } = spawnSync("node", [path], { cwd, encoding: "utf8" })
      expect(stdout, stderr).toBe(prints)
    }
  })
})
