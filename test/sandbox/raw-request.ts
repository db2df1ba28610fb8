import { connect } from "node:net"

interface RawOptions {
  /** Whether to say that nothing more will come, before the response does. */
  end?: boolean
}

/** Writes bytes on a connection of their own and returns all that comes back until the server ends it. */
export function rawRequest(url: string, bytes: string, { end = false }: RawOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", allowHalfOpen: true })
    let response = ""
    socket.setEncoding("latin1")
    socket.on("data", (text) => {
      response += text
    })
    socket.on("error", reject)
    socket.on("end", () => {
      socket.destroy()
      resolve(response)
    })
    socket.write(bytes, "latin1")
    if (end) socket.end()
  })
}
