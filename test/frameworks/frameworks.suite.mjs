import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer as createHttp } from "node:http"
import { request as requestHttps } from "node:https"
import { fileURLToPath } from "node:url"
import { getRequestListener } from "@hono/node-server"
import { build } from "esbuild"
import httpProxy from "http-proxy"
import { Miniflare } from "miniflare"
import { generate } from "selfsigned"
import { createServer as createVite } from "vite"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createSandbox } from "../../src/sandbox/create-sandbox.ts"
import { freePorts } from "../durable/engines.mjs"
import { launchBrowser } from "../harness/browser.ts"
import { bundleWorker } from "../harness/bundle-worker.ts"
import { start } from "./processes.mjs"

const here = fileURLToPath(new URL(".", import.meta.url))
const source = fileURLToPath(new URL("../../src", import.meta.url))
const apiKey = "key-4f1c9a77"
const env = { API_KEY: apiKey, SECRET: "a secret of these tests, 32 characters or more" }

/** Functions that stop processes at the end. */
const cleanups = []
let browser
let apiRequests = 0

const listen = (server) =>
  new Promise((resolve) => {
    cleanups.push(() => {
      server.close()
      server.closeAllConnections?.()
    })
    server.listen(0, "127.0.0.1", () => resolve(server.address().port))
  })

const begin = (command, args, more) => start(command, args, { cwd: here, env: { ...process.env, ...env, ...more } })

/** Runs a command until its port responds; the suite stops it at the end. */
async function run(command, args, port, more = {}) {
  const child = begin(command, args, { PORT: String(port), ...more })
  cleanups.push(child.stop)
  for (let tries = 0; tries < 300 && child.isRunning(); tries += 1) {
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) return port
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw child.fail()
}

/** Builds the library in a place where these hosts import it by name, and the script of their page. */
async function buildLibrary() {
  const outdir = `${here}node_modules/auth-intent`
  const shared = {
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
  }
  await build({
    ...shared,
    entryPoints: { index: `${source}/index.ts`, server: `${source}/server/index.ts` },
    outdir,
    outExtension: { ".js": ".mjs" },
  })
  const exports = { ".": "./index.mjs", "./server": "./server.mjs" }
  writeFileSync(`${outdir}/package.json`, JSON.stringify({ name: "auth-intent", type: "module", exports }))
  await build({ ...shared, format: "iife", entryPoints: [`${here}page/page.mjs`], outfile: `${here}page/page.js` })
  mkdirSync(`${here}next/public`, { recursive: true })
  copyFileSync(`${here}page/page.js`, `${here}next/public/page.js`)
}

const bin = (name) => `${here}node_modules/.bin/${name}`

/** Starts each host, and returns its port. */
const hosts = {
  "node:http": async () => run(process.execPath, ["serve.mjs", "node"], (await freePorts(1))[0]),
  Hono: async () => run(process.execPath, ["serve.mjs", "hono"], (await freePorts(1))[0]),
  Express: async () => run(process.execPath, ["serve.mjs", "express"], (await freePorts(1))[0]),
  async workerd() {
    const worker = new Miniflare({
      modules: true,
      script: await bundleWorker(new URL("host.mjs", import.meta.url)),
      compatibilityDate: "2026-01-01",
      host: "127.0.0.1",
      port: (await freePorts(1))[0],
      bindings: {
        ...env,
        HTML: readFileSync(`${here}page/index.html`, "utf8"),
        SCRIPT: readFileSync(`${here}page/page.js`, "utf8"),
      },
      cf: false,
    })
    cleanups.push(() => worker.dispose())
    return Number((await worker.ready).port)
  },
  Bun: async () => run(bin("bun"), ["serve.mjs", "bun"], (await freePorts(1))[0]),
  Deno: async () => run(bin("deno"), ["run", "--allow-all", "--no-lock", "serve.mjs", "deno"], (await freePorts(1))[0]),
  async "Vite's development proxy"() {
    const relay = await hosts["node:http"]()
    const vite = await createVite({
      root: `${here}page`,
      configFile: false,
      logLevel: "error",
      server: {
        host: "127.0.0.1",
        port: (await freePorts(1))[0],
        allowedHosts: true,
        proxy: { "/api": { target: `http://127.0.0.1:${relay}`, changeOrigin: true, xfwd: true } },
      },
    })
    await vite.listen()
    cleanups.push(() => vite.close())
    return vite.config.server.port
  },
  async "Next.js"() {
    const next = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" }
    await begin(bin("next"), ["build", "next"], next).ended()
    const port = (await freePorts(1))[0]
    return run(bin("next"), ["start", "next", "--hostname", "127.0.0.1", "--port", String(port)], port, next)
  },
}

/** Terminates TLS in front of a host and forwards the public name, as a production proxy does. */
async function proxyTls(port) {
  const { private: key, cert } = await generate([{ name: "commonName", value: "shop.example" }])
  const target = `http://127.0.0.1:${port}`
  const proxy = httpProxy.createProxyServer({ target, ssl: { key, cert }, xfwd: true, changeOrigin: true })
  const tls = (await freePorts(1))[0]
  proxy.listen(tls, "127.0.0.1")
  cleanups.push(() => proxy.close())
  return tls
}

beforeAll(async () => {
  await buildLibrary()
  const sandbox = createSandbox({ apiKey })
  const api = createHttp(
    getRequestListener((request) => {
      apiRequests += 1
      return sandbox.fetch(request)
    }),
  )
  env.API_URL = `http://127.0.0.1:${await listen(api)}/v1`
  browser = await launchBrowser("--host-resolver-rules=MAP *.example 127.0.0.1")
})

afterAll(async () => {
  await browser?.close()
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** Opens a page with a signed-in user. */
async function open(origin) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  await context.addCookies([{ name: "user", value: "ada", url: origin }])
  const page = await context.newPage()
  await page.goto(`${origin}/`)
  await page.waitForFunction(() => "login" in window)
  return page
}

/** Posts a login over self-signed TLS, with headers that a browser does not let a page choose. */
const post = (port, headers) =>
  new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path: "/api/auth/accounts", method: "POST", rejectUnauthorized: false }
    requestHttps({
      ...options,
      headers: { host: "shop.example", cookie: "user=bob", "content-type": "application/json", ...headers },
    })
      .on("response", (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end(JSON.stringify({ provider: "INSTAGRAM", credentials: { username: "2fa", password: "correct horse" } }))
  })

describe.each(Object.entries(hosts))("under %s", (_, start) => {
  let port

  beforeAll(async () => {
    port = await start()
  })

  it("a page logs in on loopback, where its browser reports the same origin", async () => {
    const page = await open(`http://127.0.0.1:${port}`)
    expect(await page.evaluate(() => window.login("2fa-then-otp"))).toMatchObject({ status: "connected" })
  })

  it("a page logs in under a name on http, where its browser reports nothing", async () => {
    const page = await open(`http://shop.example:${port}`)
    expect(await page.evaluate(() => window.login("2fa-then-otp"))).toMatchObject({ status: "connected" })
  })

  it("a page logs in behind a proxy that ends TLS and rewrites Host", async () => {
    const tls = await proxyTls(port)
    const page = await open(`https://shop.example:${tls}`)
    expect(await page.evaluate(() => window.login("2fa-then-otp"))).toMatchObject({ status: "connected" })
    // An older browser sends only its origin.
    expect(await post(tls, { origin: "https://shop.example" })).toBe(202)
    expect(await post(tls, { origin: "https://evil.example" })).toBe(403)
    expect(await post(tls, { origin: "http://shop.example" })).toBe(403)
  })

  it("a page of another site sends nothing to the API, however it tries", async () => {
    const page = await open(`http://shop.example:${port}`)
    await page.goto(`http://evil.example:${port}/`)
    const before = apiRequests
    await page.evaluate(async (url) => {
      const body = JSON.stringify({ provider: "INSTAGRAM", credentials: { username: "ok", password: "x" } })
      const base = { method: "POST", credentials: "include", body }
      const tries = [
        { ...base, headers: { "content-type": "application/json" } },
        { ...base, mode: "no-cors", headers: { "content-type": "text/plain" } },
        { ...base, headers: { "content-type": "application/json", "x-forwarded-host": "evil.example" } },
      ]
      for (const each of tries) await fetch(url, each).catch(() => {})
      const form = document.createElement("form")
      Object.assign(form, { method: "POST", action: url, enctype: "text/plain", target: "frame" })
      const frame = Object.assign(document.createElement("iframe"), { name: "frame" })
      document.body.append(frame, form)
      const loaded = new Promise((resolve) => frame.addEventListener("load", resolve))
      form.submit()
      await loaded
    }, `http://shop.example:${port}/api/auth/accounts`)
    expect(apiRequests).toBe(before)
  })
})
