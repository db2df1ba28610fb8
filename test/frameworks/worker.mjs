import { createRelay } from "auth-intent/server"

/** The relay and the page in a worker; what the others read from the environment and from files is bound to it. */
export default {
  fetch(request, { API_KEY, API_URL, SECRET, HTML, SCRIPT }, context) {
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith("/api/auth/")) {
      const [type, body] = pathname === "/page.js" ? ["text/javascript", SCRIPT] : ["text/html", HTML]
      return new Response(body, { headers: { "content-type": type } })
    }
    const relay = createRelay({
      apiKey: API_KEY,
      baseUrl: API_URL,
      basePath: "/api/auth",
      keys: [{ id: "k1", secret: SECRET }],
      getUserId: ({ headers }) => /(?:^|; )user=(\w+)/.exec(headers.get("cookie") ?? "")?.[1],
    })
    const response = relay(request)
    context.waitUntil(response)
    return response
  },
}
