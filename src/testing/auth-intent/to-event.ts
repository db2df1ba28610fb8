import type { AuthIntentEvent } from "../../../machines/auth-intent.types.ts"
import { approveInApp, cancelIntent, submitCode, submitCredentials, submitPhone, switchMethod } from "../../events.ts"
import type { PersonMove } from "../scenario.ts"

/** Builds the event afresh: a secret opens once. */
export function toEvent(move: PersonMove): AuthIntentEvent {
  switch (move.person) {
    case "credentials.submit":
      return submitCredentials(move.credentials)
    case "code.submit":
      return submitCode(move.code)
    case "phone.submit":
      return submitPhone(move.phone)
    case "inApp.approve":
      return approveInApp()
    case "method.switch":
      return switchMethod()
    case "intent.cancel":
      return cancelIntent()
    case "reload":
      throw new Error("A reload is no event")
  }
}
