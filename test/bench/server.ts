import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { replyTo } from "./replies.ts"

/** A provider in its own process. */
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const { status, body } = replyTo(request.url)
    response.writeHead(status, { "content-type": "application/json" })
    response.end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
process.on("disconnect", () => process.exit())
