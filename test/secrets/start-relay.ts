import { once } from "node:events"
import { type AddressInfo, Server } from "node:net"
import { createInspectorServer } from "@statelyai/inspect/server"
import { vi } from "vitest"

/** Starts the Stately inspector's own relay on a free port of loopback; by itself it would take all interfaces. */
export async function startRelay(): Promise<{ url: string; stop(): Promise<void> }> {
  const { listen } = Server.prototype
  const servers: Server[] = []
  const spy = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
    servers.push(this)
    return Reflect.apply(listen, this, [{ port: 0, host: "127.0.0.1" }])
  })
  const relay = createInspectorServer({ port: 0, autoOpen: false })
  spy.mockRestore()
  const [server = new Server()] = servers
  await once(server, "listening")
  const { port } = server.address() as AddressInfo

  return {
    url: `ws://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, "close")
      relay.stop()
      await closed
    },
  }
}
