import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { ScriptedFetch } from "../../src/testing/create-scripted-fetch.ts"

export interface ScenarioServer {
  url: string
  /** Puts a scenario's server side behind HTTP, and gives what a driver needs of it from this side of the wire. */
  play(script: ScriptedFetch): ScriptedFetch
  close(): Promise<void>
}

const numbered = "x-number"

/** Starts an HTTP server on loopback that answers as scenarios have it, one after the other. */
export async function serveScenarios(): Promise<ScenarioServer> {
  let script: ScriptedFetch | undefined
  let arrived = 0
  let replaced = new AbortController()

  const server = createServer(async (request: IncomingMessage, raw: ServerResponse) => {
    request.resume()
    await once(request, "end")
    // One request at a time: the client has left the one before.
    replaced.abort()
    replaced = new AbortController()
    const answering = script?.fetch(request.url ?? "/", { signal: replaced.signal })
    arrived = Number(request.headers[numbered])
    try {
      const response = await answering
      if (response === undefined) throw new Error("No scenario is played")
      raw.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
    } catch {
      raw.destroy()
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")

  let sent = 0
  function play(next: ScriptedFetch): ScriptedFetch {
    script = next
    let open = false
    return {
      fetch(input, init) {
        sent += 1
        open = true
        init?.signal?.addEventListener("abort", () => {
          open = false
        })
        return fetch(input, {
          ...init,
          headers: { ...Object.fromEntries(new Headers(init?.headers)), [numbered]: `${sent}` },
        })
      },
      answer() {
        open = false
        next.answer()
      },
      get waiting() {
        return open && arrived === sent
      },
      get requests() {
        return next.requests
      },
      get fault() {
        return next.fault
      },
    }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    },
  }
}
