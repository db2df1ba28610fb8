import type { AuthIntentArgs, IntentFacts, OpaqueSolution } from "./auth-intent.types.ts"

/** Returns what an event sends: without an event of a person's, it is a poll. */
export function toSolution(event: AuthIntentArgs["event"]): OpaqueSolution {
  switch (event.type) {
    case "code.submit":
      return { kind: "code", secret: event.code }
    case "phone.submit":
      return { kind: "phone", secret: event.phone }
    case "method.switch":
      return { kind: "method" }
    default:
      return { kind: "inApp" }
  }
}

/** Returns what a request is about; without a solution it is the one that sends the credentials. */
export const toAbout = (request: IntentFacts["request"]) =>
  request === undefined ? "credentials" : request === "inApp" || request === "poll" ? "approval" : request
