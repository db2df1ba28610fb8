import { readFileSync } from "node:fs"
import { relay } from "./relay.mjs"
import { servePage } from "./serve-page.mjs"

Bun.serve({
  port: Number(process.env.PORT),
  hostname: "127.0.0.1",
  routes: { "/api/auth/*": relay },
  fetch(request) {
    const { type, body } = servePage(new URL(request.url).pathname, readFileSync)
    return new Response(body, { headers: { "content-type": type } })
  },
})
