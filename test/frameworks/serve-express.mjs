import { readFileSync } from "node:fs"
import { getRequestListener } from "@hono/node-server"
import express from "express"
import { relay } from "./relay.mjs"
import { servePage } from "./serve-page.mjs"

const app = express()
app.all("/api/auth/{*path}", getRequestListener(relay))
app.use((request, response) => {
  const { type, body } = servePage(request.url, readFileSync)
  response.type(type).send(body)
})
app.listen(Number(process.env.PORT), "127.0.0.1")
