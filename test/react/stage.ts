import { fileURLToPath } from "node:url"
import { getRequestListener } from "@hono/node-server"
import { build } from "esbuild"
import { launchBrowser } from "../harness/browser.ts"
import { listen } from "../harness/serve.ts"
import { createBackEnd } from "./back-end.ts"

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The strictest policy: nothing inline, nothing evaluated, nothing from elsewhere. */
export const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The files of the entry points, by the names that users import. */
export const alias = {
  "auth-intent": at("../../src/index.ts"),
  "auth-intent/page": at("../../src/page/index.ts"),
  "auth-intent/react": at("../../src/react/index.ts"),
  "auth-intent/react/style.css": at("../../src/react/style.css"),
}

const toHtml = (body: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/icon">
<link rel="stylesheet" href="/main.css"></head><body>${body}<script type="module" src="/main.js"></script></body></html>`

interface PageSource {
  /** The module of the page. @default `page/main.tsx` */
  contents?: string
  /** The content of its body. */
  body?: string
}

const bundles = new Map<string, ReturnType<typeof bundle>>()

/** Bundles a page once for all test files of this process. */
function bundleOnce(page: PageSource): ReturnType<typeof bundle> {
  const key = JSON.stringify(page)
  const bundled = bundles.get(key) ?? bundle(page)
  bundles.set(key, bundled)
  return bundled
}

/** Bundles a page as a product's build would. */
async function bundle({ contents, body = '<div id="root"></div>' }: PageSource) {
  const { outputFiles } = await build({
    ...(contents === undefined
      ? { entryPoints: [at("page/main.tsx")] }
      : { stdin: { contents, loader: "tsx", resolveDir: at("page") } }),
    bundle: true,
    format: "esm",
    minify: true,
    outdir: "/",
    write: false,
    alias,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' },
    logLevel: "error",
  })
  const file = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? ""
  return {
    "/": { type: "text/html", body: toHtml(body) },
    "/main.js": { type: "text/javascript", body: file(".js") },
    "/main.css": { type: "text/css", body: file(".css") },
  }
}

/** The stage of page tests: the bundled page behind a strict policy, a relay for each session, and a browser. */
export async function openStage(page: PageSource = {}) {
  const files: Record<string, { type: string; body: string }> = await bundleOnce(page)
  const relays = new Map<string, ReturnType<typeof createBackEnd>>()
  const relayOf = (session: string) => {
    const relay = relays.get(session) ?? createBackEnd()
    relays.set(session, relay)
    return relay
  }

  async function respond(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith("/api/auth/")) return relayOf(String(request.headers.get("x-session"))).respond(request)
    const { type = "text/plain", body } = files[pathname] ?? {}
    const headers = { "content-type": type, "content-security-policy": policy }
    return new Response(body, { status: body === undefined ? 404 : 200, headers })
  }
  const listener = getRequestListener(respond, { overrideGlobalObjects: false })
  const { origin, close } = await listen((request, response) => {
    // A browser repeats a POST if a reused connection dies.
    response.setHeader("connection", "close")
    return listener(request, response)
  })
  const browser = await launchBrowser()
  return {
    browser,
    origin,
    relayOf,
    async close() {
      await browser.close()
      await close()
    },
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>
