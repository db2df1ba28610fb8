import { readFileSync } from "node:fs"
import process from "node:process"
import { relay } from "./relay.mjs"
import { servePage } from "./serve-page.mjs"

Deno.serve({ port: Number(process.env.PORT), hostname: "127.0.0.1" }, (request) => {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith("/api/auth/")) return relay(request)
  const { type, body } = servePage(pathname, readFileSync)
  return new Response(body, { headers: { "content-type": type } })
})
