import { createSandbox } from "../../src/sandbox/create-sandbox.ts"

// At the top level, where a worker may start no timer, make no AbortController and draw no random value.
const callbacks: string[] = []
const sandbox = createSandbox({
  statusUrl: "https://app.example.com/status",
  fetch(_url, { body }) {
    callbacks.push(body)
    return new Response(null, { status: 204 })
  },
})

/** A worker with a sandbox, and `/callbacks` for the sandbox's posts. */
export default {
  fetch: (request: Request): Response | Promise<Response> =>
    new URL(request.url).pathname === "/callbacks" ? Response.json(callbacks) : sandbox.fetch(request),
}
