import type { Fetch } from "../../src/http/post-json.ts"
import { advanceIntent } from "../../src/intent/advance-intent.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { createMinimalLogin } from "./minimal-machine.ts"

/** One login with a second factor, from its credentials to the id of the account. */
export type Login = () => Promise<string | undefined>

const provider = "INSTAGRAM"
const credentials = { username: "ada", password: "correct horse" }
const code = "123456"

/** Two requests by hand: no machine, no deadline, no failure. */
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

export function byMinimalMachine(fetch: Fetch, baseUrl: string): Login {
  const login = createMinimalLogin(fetch, baseUrl)
  return () => login({ provider, ...credentials }, code)
}

export function byIntent(fetch: Fetch, baseUrl: string): Login {
  const transport = createPostpressTransport({ apiKey: "key", baseUrl, fetch })
  return () =>
    new Promise((resolve) => {
      const actor = createAuthIntent({ transport, provider })
      actor.subscribe({
        next: (snapshot) => {
          if (snapshot.value === "idle") actor.send(submitCredentials(credentials))
          else if (snapshot.hasTag("input")) actor.send(submitCode(code))
        },
        complete: () => resolve(actor.getSnapshot().context.accountId),
      })
      actor.start()
    })
}

export function byRecord(fetch: Fetch, baseUrl: string): Login {
  const transport = createPostpressTransport({ apiKey: "key", baseUrl, fetch })
  return async () => {
    const first = await advanceIntent(newIntent({ provider }), submitCredentials(credentials), { transport })
    const last = await advanceIntent(first.saved, submitCode(code), { transport })
    return last.saved.accountId
  }
}

/** What is used of unipile-node-sdk, which is installed below this folder alone. */
interface Sdk {
  UnipileClient: new (
    baseUrl: string,
    token: string,
    options: { validateRequestPayload: boolean },
  ) => {
    account: Record<"connectInstagram" | "solveCodeCheckpoint", (body: object) => Promise<{ account_id: string }>>
  }
}

/** The public client of an API of the same family, with its validation on. */
export async function bySdk(baseUrl: string): Promise<Login> {
  const name = "unipile-node-sdk"
  const { UnipileClient }: Sdk = await import(name)
  const { account } = new UnipileClient(baseUrl, "key", { validateRequestPayload: true })
  return async () => {
    const { account_id } = await account.connectInstagram(credentials)
    const connected = await account.solveCodeCheckpoint({ provider, account_id, code })
    return connected.account_id
  }
}
