import type { AuthIntentEvent } from "../../machines/auth-intent.types.ts"
import { approveInApp, cancelIntent, submitCode, submitCredentials, submitPhone, switchMethod } from "../events.ts"
import type { IntentStep } from "../intent/get-step.ts"
import { type Line, promptLine } from "./prompt-line.ts"

interface Asking {
  footer: () => string
  /** Aborted when the step is over before it is answered. */
  signal: AbortSignal
}

/** Asks a person on a terminal for what a step wants, and gives the event that says it. */
export async function askEvent(step: IntentStep, { footer, signal }: Asking): Promise<AuthIntentEvent> {
  const keys = {
    ...(step.canSwitchMethod && { tab: "another way" }),
    ...(step.canApproveInApp && step.kind === "code" && { up: "I approved it in the app" }),
    escape: "cancel",
  }
  const ask = (message: string, hidden = false) => promptLine({ message, hidden, keys, footer }, { signal })
  const answer = ({ key }: Line, event: () => AuthIntentEvent) => {
    if (key === "escape") return cancelIntent()
    if (key === "tab") return switchMethod()
    return key === "up" ? approveInApp() : event()
  }

  switch (step.kind) {
    case "credentials": {
      const username = await ask("Username")
      if (username.key !== "return") return cancelIntent()
      const password = await ask("Password", true)
      return answer(password, () => submitCredentials({ username: username.text, password: password.text }))
    }
    case "phone": {
      const countryCode = await ask("Dialling code, say +33")
      if (countryCode.key !== "return") return answer(countryCode, cancelIntent)
      const number = await ask("Phone number")
      return answer(number, () => submitPhone({ countryCode: countryCode.text, number: number.text }))
    }
    case "approval":
      return answer(await ask("Approve the login in the provider's app; enter asks at once"), approveInApp)
    default: {
      const code = await ask(`Code${step.checkpoint?.hint ? ` (${step.checkpoint.hint})` : ""}`)
      return answer(code, () => submitCode(code.text))
    }
  }
}
