import select from "@inquirer/select"
import { AuthIntentError } from "../auth-intent-error.ts"
import { startSandbox } from "../sandbox/start-sandbox.ts"
import { check } from "../schemas/check.ts"
import { provider as providerSchema } from "../schemas/options.schema.ts"
import { createPostpressTransport } from "../transports/postpress.ts"
import { connect } from "./connect.ts"

const providers = ["INSTAGRAM", "MESSENGER", "LINKEDIN", "TWITTER"] as const

interface ConnectOptions {
  baseUrl?: string | undefined
  provider?: string | undefined
}

/** Takes a person through a login, at an API or at a sandbox that it starts and stops; gives whether it ended connected. */
export async function startConnect({ baseUrl, provider: wanted }: ConnectOptions): Promise<boolean> {
  const chosen = wanted && check(providerSchema, wanted.toUpperCase(), "invalid_provider", "--provider")
  const apiKey = process.env["POSTPRESS_API_KEY"]
  if (baseUrl && !apiKey)
    throw new AuthIntentError("invalid_option", "POSTPRESS_API_KEY is missing from the environment")

  const sandbox = baseUrl ? undefined : await startSandbox()
  try {
    const transport = sandbox
      ? createPostpressTransport({ apiKey: "sandbox", baseUrl: sandbox.url })
      : createPostpressTransport({ apiKey: apiKey ?? "", baseUrl })
    if (sandbox) {
      console.log(`A sandbox answers at ${sandbox.url}. Its usernames choose what happens: ok, 2fa, otp, in-app,`)
      console.log(
        "in-app-pending-3, phone, 2fa-then-otp, error:403:errors/account_restricted, … The right code is 123456.\n",
      )
    }
    const choices = providers.map((value) => ({ value }))
    return await connect(transport, chosen || (await select({ message: "Which account?", choices })))
  } finally {
    await sandbox?.close()
  }
}
