import { AbortPromptError, ExitPromptError } from "@inquirer/core"
import { waitFor } from "xstate"
import type { Provider } from "../../machines/auth-intent.types.ts"
import { cancelIntent } from "../events.ts"
import { getMessage } from "../failures/messages.ts"
import { createAuthIntent } from "../intent/create-auth-intent.ts"
import { getStep } from "../intent/get-step.ts"
import type { AuthTransport } from "../transports/auth-transport.ts"
import { askEvent } from "./ask-event.ts"
import { stateName } from "./state-name.ts"

/** What is left until `expiresAt`, as minutes and seconds. */
function countdown(expiresAt: number): string {
  const seconds = Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`
}

/** Takes a person on a terminal through one login; gives whether it ended connected. */
export async function connect<Credentials>(
  transport: AuthTransport<Credentials>,
  provider: Provider,
): Promise<boolean> {
  const actor = createAuthIntent({ transport, provider }).start()
  for (;;) {
    const snapshot = await waitFor(actor, (state) => getStep(state).kind !== "wait")
    const step = getStep(snapshot)
    if (step.kind === "done") break
    if (step.failure) console.log(`  ${getMessage(step.failure)} (${step.failure.type})`)

    // What is asked for is over as soon as the machine shows something else.
    const over = new AbortController()
    const shown = JSON.stringify(step)
    const subscription = actor.subscribe((state) => JSON.stringify(getStep(state)) !== shown && over.abort())
    const footer = () =>
      [stateName(actor.getSnapshot()), step.expiresAt && countdown(step.expiresAt)].filter(Boolean).join("  ·  ")
    try {
      actor.send(await askEvent(step, { footer, signal: over.signal }))
    } catch (error) {
      if (error instanceof ExitPromptError) actor.send(cancelIntent())
      else if (!(error instanceof AbortPromptError)) throw error
    } finally {
      subscription.unsubscribe()
    }
  }

  const { output } = actor.getSnapshot()
  if (output?.status === "connected") console.log(`Connected: account ${output.accountId}`)
  else if (output?.status === "expired") console.log("Expired: the login was not completed in time. Start again.")
  else if (output) console.log(`Failed: ${getMessage(output.failure)} (${output.failure.type})`)
  return output?.status === "connected"
}
