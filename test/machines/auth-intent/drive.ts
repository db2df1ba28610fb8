import { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import type { AuthIntentEvent, AuthIntentInput, Checkpoint } from "../../../machines/auth-intent.types.ts"
import * as person from "../../../src/intent/events.ts"
import { type Driven as AnyDriven, driveMachine } from "../../harness/drive-machine.ts"
import { demanded } from "../../harness/outcomes.ts"

export type Driven = AnyDriven<typeof authIntentMachine>

export const lifetime = 300_000
export const grace = 10_000

/** Starts the machine with its slots filled by hand. */
export const driveIntent = (input: Partial<AuthIntentInput> = {}): Driven =>
  driveMachine(authIntentMachine, { provider: "INSTAGRAM", ...input })

/** One event of each type. */
export const events = {
  "credentials.submit": () => person.submitCredentials({ username: "ada", password: "pw" }),
  "code.submit": () => person.submitCode("123456"),
  "phone.submit": () => person.submitPhone({ countryCode: "33", number: "0612345678" }),
  "inApp.approve": person.approveInApp,
  "method.switch": person.switchMethod,
  "intent.cancel": person.cancelIntent,
} satisfies Record<AuthIntentEvent["type"], () => AuthIntentEvent>

/** Starts an intent and leads it to a checkpoint. */
export async function reach(checkpoint: Checkpoint, input?: Partial<AuthIntentInput>): Promise<Driven> {
  const driven = driveIntent(input)
  driven.actor.send(events["credentials.submit"]())
  await driven.respond(demanded(checkpoint))
  return driven
}
