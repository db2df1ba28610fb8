import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { relay } from "./relay.mjs"
import { servePage } from "./serve-page.mjs"

const toRelay = getRequestListener(relay)
createServer((request, response) => {
  if (request.url.startsWith("/api/auth/")) return toRelay(request, response)
  const { type, body } = servePage(request.url, readFileSync)
  response.writeHead(200, { "content-type": type }).end(body)
}).listen(Number(process.env.PORT), "127.0.0.1")
