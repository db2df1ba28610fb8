import type { Fetch } from "../../src/http/post-json.ts"
import { advanceIntent } from "../../src/intent/advance-intent.ts"
import { createAuthIntent } from "../../src/intent/create-auth-intent.ts"
import { submitCode, submitCredentials } from "../../src/intent/events.ts"
import { newIntent } from "../../src/intent/saved-intent.ts"
import { createPostpressTransport } from "../../src/transports/postpress.ts"
import { code, credentials, type Login, provider } from "./by-hand.ts"
import { createMinimalLogin } from "./minimal-machine.ts"

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

/** The part of unipile-node-sdk that is used. The SDK is installed below this folder only. */
interface Sdk {
  UnipileClient: new (
    baseUrl: string,
    token: string,
    options: { validateRequestPayload: boolean },
  ) => {
    account: Record<"connectInstagram" | "solveCodeCheckpoint", (body: object) => Promise<{ account_id: string }>>
  }
}

/** The public client of a similar API, with its validation on. */
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
