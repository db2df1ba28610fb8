import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** A provider in a process of its own: every login meets a second factor, and every code is right. */
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const isSolution = request.url?.endsWith("/checkpoint")
    response.writeHead(isSolution ? 201 : 202, { "content-type": "application/json" })
    response.end(
      isSolution
        ? '{"object":"AccountCreated","account_id":"acc_1"}'
        : '{"object":"Checkpoint","account_id":"acc_1","checkpoint":{"type":"2FA","source":"SMS"}}',
    )
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
process.on("disconnect", () => process.exit())
