import { createRelay } from "auth-intent/server"

const { API_KEY, API_URL, SECRET } = globalThis.process.env

/** The relay of a host whose people have a cookie with their name. */
export const relay = createRelay({
  apiKey: API_KEY,
  baseUrl: API_URL,
  basePath: "/api/auth",
  keys: [{ id: "k1", secret: SECRET }],
  getUserId: ({ headers }) => /(?:^|; )user=(\w+)/.exec(headers.get("cookie") ?? "")?.[1],
})
