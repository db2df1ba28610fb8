import type { PlayableScenario } from "../offered-scenarios.ts"

type Move = PlayableScenario["steps"][number]["do"]

const checkpoints: Record<string, string> = {
  "2FA": "a two-factor code is wanted",
  OTP: "a code was sent, and is wanted",
  IN_APP_VALIDATION: "an approval in the app is wanted",
  PHONE_REGISTER: "a phone number is wanted",
}

/** Returns a time in readable form, for example `4 min 59.999 s`. */
function describeTime(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const seconds = (ms % 60_000) / 1000
  return [...(minutes > 0 ? [`${minutes} min`] : []), ...(seconds > 0 ? [`${seconds} s`] : [])].join(" ")
}

/** Returns one step of a scenario in words. */
export function describeMove(move: Move): string {
  if ("clock" in move) return `${describeTime(move.clock)} go by`
  if ("server" in move) {
    const reply = move.server
    if ("fault" in reply) return "The response is lost"
    const { checkpoint, type } = reply.body as { checkpoint?: { type: string }; type?: string }
    if (type) return `The API responds with ${reply.status} ${type.replace("errors/", "")}`
    return `The API responds with ${reply.status}: ${checkpoint ? checkpoints[checkpoint.type] : "connected"}`
  }
  switch (move.person) {
    case "credentials.submit":
      return `The person enters ${move.credentials.username} and a password`
    case "code.submit":
      return `The person enters ${move.code}`
    case "phone.submit":
      return `The person enters +${move.phone.countryCode} ${move.phone.number}`
    case "inApp.approve":
      return "The person says that they have approved"
    case "method.switch":
      return "The person wants another way"
    default:
      return "The person cancels"
  }
}
