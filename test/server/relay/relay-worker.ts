import { createRelay, type Relay } from "../../../src/server/relay/create-relay.ts"

type Env = Record<"API_KEY" | "API_URL" | "SECRET", string>

let relay: Relay | undefined

/** A worker with only a relay. */
export default {
  fetch(request: Request, env: Env, context: { waitUntil(promise: Promise<unknown>): void }): Promise<Response> {
    relay ??= createRelay({
      apiKey: env.API_KEY,
      baseUrl: env.API_URL,
      basePath: "/api/auth",
      keys: [{ id: "k1", secret: env.SECRET }],
      getUserId: ({ headers }) => headers.get("x-user"),
      onProblem: () => {},
    })
    const response = relay(request)
    // A page that leaves does not end a request upstream.
    context.waitUntil(response)
    return response
  },
}
