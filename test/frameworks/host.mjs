import { createRelay } from "auth-intent/server"

/** Builds the relay of a host. A cookie holds its user's name. */
export const createHostRelay = ({ API_KEY, API_URL, SECRET }) =>
  createRelay({
    apiKey: API_KEY,
    baseUrl: API_URL,
    basePath: "/api/auth",
    keys: [{ id: "k1", secret: SECRET }],
    getUserId: ({ headers }) => /(?:^|; )user=(\w+)/.exec(headers.get("cookie") ?? "")?.[1],
  })

export const isForRelay = ({ url }) => new URL(url, "http://localhost").pathname.startsWith("/api/auth/")

/** Responds with the page or its script. */
export function respondPage({ url }, { HTML, SCRIPT }) {
  const [type, body] = new URL(url).pathname === "/page.js" ? ["text/javascript", SCRIPT] : ["text/html", HTML]
  return new Response(body, { headers: { "content-type": type } })
}

/** The same in a worker, whose bindings replace the environment and the files. */
export default {
  fetch(request, env, context) {
    if (!isForRelay(request)) return respondPage(request, env)
    const response = createHostRelay(env)(request)
    context.waitUntil(response)
    return response
  },
}
