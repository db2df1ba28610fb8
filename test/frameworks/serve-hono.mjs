import { readFileSync } from "node:fs"
import { serve } from "@hono/node-server"
import { Hono } from "hono"
import { relay } from "./relay.mjs"
import { servePage } from "./serve-page.mjs"

const app = new Hono()
app.all("/api/auth/*", ({ req }) => relay(req.raw))
app.get("*", ({ req }) => {
  const { type, body } = servePage(req.path, readFileSync)
  return new Response(body, { headers: { "content-type": type } })
})
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" })
