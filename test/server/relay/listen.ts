import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"

/** Serves a listener on loopback, on any free port. */
export async function listen(
  listener: RequestListener,
): Promise<{ origin: string; port: number; close: () => Promise<void> }> {
  const server = createServer(listener).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    },
  }
}
