import { authIntentReplies } from "../../src/testing/auth-intent/auth-intent-replies.ts"
import type { PersonMove } from "../../src/testing/scenario.ts"
import { type Command, secrets } from "./commands.ts"
import { eventTable } from "./event-table.ts"
import type { Look, OpenIntent, Step } from "./open-intent.ts"

/** What must hold after any commands: it may go on, and gives what it found wrong. */
export type Guarantee = (intent: OpenIntent, steps: readonly Step[]) => Promise<string[]> | string[]

const connected: Command = { answer: authIntentReplies["connected"] ?? "repeat" }

const solutions: Record<string, PersonMove> = {
  idle: { person: "credentials.submit", credentials: { username: "ada", password: secrets.password } },
  "checkpoint.inApp": { person: "inApp.approve" },
  "checkpoint.phone": { person: "phone.submit", phone: { countryCode: "33", number: secrets.phone } },
}

/** Does what leads to the end: a solution where one is wanted, and a yes to every request. */
const next = ({ state }: Look): Command =>
  state === "submitting" || state === "solving"
    ? connected
    : { person: solutions[state] ?? { person: "code.submit", code: secrets.code } }

const isEvent = ({ command }: Step) => "person" in command && command.person.person !== "reload"

const applies = ({ command, before }: Step) =>
  "person" in command && command.person.person !== "reload" && eventTable[command.person.person](before)

const isReload = ({ command }: Step) => "person" in command && command.person.person === "reload"

const says = ({ command, before, after }: Pick<Step, "command" | "before" | "after">, wrong: string) =>
  `${JSON.stringify(command)} in ${before.state} led to ${after.state}: ${wrong}`

/** @see the spec's guarantees, in their order. */
export const guarantees: Record<string, Guarantee> = {
  "no secret leaves": (intent) => {
    const text = intent.print().replace(/(?<=\d) (?=\d)/g, "")
    return Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [`a ${name} was seen`] : []))
  },

  "there is no dead end": async (intent, steps) => {
    const { final } = intent.look()
    if (final) return []
    // By turns, since one intent ends only once.
    if (steps.length % 2) {
      const step = await intent.take({ person: { person: "intent.cancel" } })
      return step.after.state === "failed" ? [] : [says(step, "a cancel did not end it")]
    }
    for (let rounds = 0; rounds < 5 && !intent.look().final; rounds += 1) await intent.take(next(intent.look()))
    return intent.look().final ? [] : [`stuck in ${intent.look().state}`]
  },

  "what does not apply changes nothing": (_, steps) =>
    steps.flatMap((step) => {
      const changed = step.after.text !== step.before.text || step.sent.length > 0
      if (isEvent(step) && !applies(step) && changed) return [says(step, "it does not apply")]
      const isAnswered = "answer" in step.command && !step.command.late
      return isAnswered && ["submitting", "solving"].includes(step.after.state) && step.after.text !== step.before.text
        ? [says(step, "an answer did not settle it")]
        : []
    }),

  "one request at a time, and none too late": (_, steps) =>
    steps.flatMap((step) => [
      ...step.sent.flatMap(({ others, now, expiresAt, final }) => [
        ...(others > 0 ? [says(step, "two requests at once")] : []),
        ...(now >= (expiresAt ?? now + 1) ? [says(step, "a request after the deadline")] : []),
        ...(final ? [says(step, "a request after the end")] : []),
        ...(isReload(step) ? [says(step, "a request by resuming")] : []),
      ]),
      ...("answer" in step.command && step.command.late && step.after.text !== step.before.text
        ? [says(step, "a late answer moved it")]
        : []),
    ]),

  "the deadline only comes closer": async (intent, steps) => {
    const wrong = steps.flatMap((step) => {
      const { before, after } = step
      const moved =
        before.expiresAt !== undefined && !((after.expiresAt ?? Number.POSITIVE_INFINITY) <= before.expiresAt)
      const isOver = before.state.startsWith("checkpoint.") && before.now >= (before.expiresAt ?? before.now + 1)
      const isSurvived = isOver && applies(step) && !after.final
      return [...(moved ? [says(step, "it moved away")] : []), ...(isSurvived ? [says(step, "it has passed")] : [])]
    })
    if (!/^(checkpoint|solving)/.test(intent.look().state)) return wrong
    // A poll may come first; then a lifetime and the grace are the most that is left, whatever the clock says.
    const step = await intent.take({ advance: 5_000 + 300_000 + 10_000 })
    return step.after.final ? wrong : [...wrong, says(step, "it never ended")]
  },

  "nothing is thrown at the host": (intent) => intent.thrown.map(String),
}
