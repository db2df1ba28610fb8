import { type Reply, readReply } from "../harness/read-reply.ts"

const defaultHeaders = { "X-API-KEY": "sandbox", "Content-Type": "application/json" }

/** Calls a sandbox without the library; `url` includes the base path. */
export function createClient(fetch: typeof globalThis.fetch, url = "https://api.postpress.ai/v1") {
  const send = async (path: string, init: RequestInit) => readReply(await fetch(`${url}${path}`, init))
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, { method: "POST", headers: { ...defaultHeaders, ...headers }, body: JSON.stringify(body) })

  return {
    send,
    post,
    login: (username: string, provider = "INSTAGRAM") =>
      post("/accounts", { provider, username, password: "correct horse" }),
    solve: (account: Reply | string, code: string, provider = "INSTAGRAM") =>
      post("/accounts/checkpoint", {
        provider,
        account_id: typeof account === "string" ? account : account.body["account_id"],
        code,
      }),
  }
}
