import { fileURLToPath } from "node:url"
import { svelte } from "@sveltejs/vite-plugin-svelte"
import vue from "@vitejs/plugin-vue"
import { build, createServer } from "vite"
import { launchBrowser } from "../harness/browser.ts"
import { alias, policy } from "../react/stage.ts"

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

/** The pages, by framework. */
export const names = ["dom", "vue", "svelte"]

/** A server-rendered page. */
export const rendered = "vue-rendered"
const all = [...names, rendered]

const html = (name, body = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Log in</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="/icon"><link rel="stylesheet" href="/page.css">
</head><body><main><h1>My product</h1><div id="root">${body}</div></main><script type="module" src="/${name}.js"></script></body></html>`

const config = () => ({
  root: at("."),
  configFile: false,
  logLevel: "error",
  plugins: [vue(), svelte()],
  resolve: {
    alias: Object.entries(alias).map(([name, replacement]) => ({ find: new RegExp(`^${name}$`), replacement })),
    // The examples lie outside this folder, and find their framework here.
    dedupe: ["vue", "svelte"],
  },
})

/** Renders a page as its server would. */
async function renderOnServer() {
  const server = await createServer({ ...config(), appType: "custom", server: { middlewareMode: true, ws: false } })
  const { render } = await server.ssrLoadModule("/pages/vue-server.mjs")
  const body = await render()
  await server.close()
  return body
}

/** Builds the pages as a product would, and opens a browser; each page is at `http://localhost/` and its name. */
export async function openStage() {
  const markup = await renderOnServer()
  const { output } = await build({
    ...config(),
    build: {
      write: false,
      minify: false,
      cssCodeSplit: false,
      rolldownOptions: {
        input: Object.fromEntries(all.map((name) => [name, at(`pages/${name}.mjs`)])),
        output: { entryFileNames: "[name].js", chunkFileNames: "[name].js" },
      },
    },
  })
  const files = new Map(output.map((file) => [`/${file.fileName}`, file.code ?? file.source]))
  const styles = output.find(({ fileName }) => fileName.endsWith(".css")).source
  const browser = await launchBrowser()

  /** Opens a new browser context for one person, and serves its pages. */
  async function openContext() {
    const context = await browser.newContext({ locale: "en-US" })
    context.setDefaultTimeout(15_000)
    await context.route("http://localhost/**", (route) => {
      const { pathname } = new URL(route.request().url())
      const name = pathname.slice(1)
      if (all.includes(name)) {
        const headers = { "content-security-policy": policy }
        return route.fulfill({ contentType: "text/html", headers, body: html(name, name === rendered ? markup : "") })
      }
      if (pathname === "/page.css") return route.fulfill({ contentType: "text/css", body: styles })
      const body = files.get(pathname)
      return route.fulfill(body === undefined ? { status: 404 } : { contentType: "text/javascript", body })
    })
    return context
  }

  return { openContext, close: () => browser.close() }
}
