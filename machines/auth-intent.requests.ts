import type { AuthIntentArgs, IntentFacts, OpaqueSolution } from "./auth-intent.types.ts"

/** Returns the solution that an event sends. Any other event than a person's is a poll. */
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

/** Returns what a request is about. A request without a solution sends the credentials. */
export const toAbout = (request: IntentFacts["request"]) =>
  request === undefined ? "credentials" : request === "inApp" || request === "poll" ? "approval" : request
