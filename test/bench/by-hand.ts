import type { Fetch } from "../../src/http/post-json.ts"

/** One login with a second factor, from its credentials to the account id. */
export type Login = () => Promise<string | undefined>

export const provider = "INSTAGRAM"
export const credentials = { username: "ada", password: "correct horse" }
export const code = "123456"

/** Two requests by hand: no machine, no deadline, no failure handling. */
export function byHand(fetch: Fetch, baseUrl: string): Login {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "X-API-KEY": "key" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: new AbortController().signal,
    })
    return JSON.parse(await response.text()) as { account_id: string }
  }
  return async () => {
    const { account_id } = await post("/accounts", { provider, ...credentials })
    const connected = await post("/accounts/checkpoint", { provider, account_id, code })
    return connected.account_id
  }
}
