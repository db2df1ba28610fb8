import { isDeepStrictEqual } from "node:util"
import { expect, it } from "vitest"
import { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
import { saveHostedAuth } from "../../../src/hosted/saved-hosted-auth.ts"
import { getState } from "../../../src/intent/get-step.ts"
import { checkProperties, type Moment } from "../../../src/testing/check-properties.ts"
import { type HostedAuthVocabulary, hostedAuthCatalogue } from "../../../src/testing/hosted-auth/catalogue.ts"

type Now = Moment<HostedAuthVocabulary, typeof hostedAuthMachine, boolean>

const shown = ["idle", "linking", "redirected.finding", "redirected.waiting", "connected", "expired", "failed"]
const isOpen = ({ snapshot }: Now) => snapshot.status === "active"
const isAt =
  (state: string) =>
  ({ snapshot }: Now) =>
    getState(snapshot) === state

const open = { "link.request": "linking", "intent.cancel": "failed" }
const out = { ...open, "callback.received": "connected", "return.success": "redirected.finding" }

/** The target of each event, by the state before it; an unlisted event changes nothing. */
const leadsTo: Record<string, Record<string, string>> = {
  idle: open,
  linking: { "intent.cancel": "failed" },
  "linking again": { "intent.cancel": "failed", "callback.received": "connected", "return.success": "linking" },
  "redirected.waiting": { ...out, "return.failure": "redirected.waiting" },
  "redirected.finding": { ...out, "return.failure": "redirected.finding" },
}

/** Whether a person's or the API's event led to the state in the table. */
function isAsInTable(now: Now): boolean {
  const { move, before, snapshot } = now
  if (move === undefined || before === undefined || !("person" in move) || move.person === "reload") return true
  const state = getState(before.snapshot)
  const isOurs = move.person !== "callback.received" || connects(now)
  const from = state === "linking" && before.snapshot.context.url ? "linking again" : state
  const to = isOurs ? leadsTo[from]?.[move.person] : undefined
  if (to !== undefined) return getState(snapshot) === to
  return state === getState(snapshot) && isDeepStrictEqual(before.snapshot.context, snapshot.context)
}

/** Whether a record resumes in its state, with nothing sent, and reports only a real interruption. */
function isResumed({ move, before, snapshot, sent }: Now): boolean {
  if (move === undefined || before === undefined || !("person" in move) || move.person !== "reload") return true
  const [was, is] = [saveHostedAuth(before.snapshot), saveHostedAuth(snapshot)]
  if (sent.length > before.sent.length) return false
  if (!before.snapshot.hasTag("busy")) {
    return isDeepStrictEqual(was, is) && isDeepStrictEqual(before.snapshot.output, snapshot.output)
  }
  const back = was.url ? "redirected.waiting" : "idle"
  return getState(snapshot) === back && is.failure?.type === "client/interrupted"
}

/** Whether this is a callback of the login's own person and account, or the host knows of the connection. */
function connects({ move, snapshot: { context } }: Now): boolean {
  if (move === undefined || !("person" in move))
    return move !== undefined && "server" in move && "connected" in move.server
  if (move.person !== "callback.received") return false
  const { accountId, userId, status } = move
  const isOurs = userId === context.userId && accountId === (context.reconnectAccount ?? accountId)
  return isOurs && (status === "CREATION_SUCCESS" || status === "RECONNECTED")
}

/** Whether the person has returned from the wizard with success. */
const remember = ({ memory, move, before }: Now) =>
  memory ||
  (move !== undefined &&
    "person" in move &&
    move.person === "return.success" &&
    before?.snapshot.can({ type: "return.success" }) === true)

it("every situation of hostedAuth has what is promised", () => {
  const properties = {
    "only the promised states are shown": { always: ({ snapshot }: Now) => shown.includes(getState(snapshot)) },
    "a state has the tag of what a person can do in it": {
      always: ({ snapshot: { value, status, tags } }: Now) =>
        [...tags].join() === (status === "done" ? "done" : value === "linking" ? "busy" : "input"),
    },
    "each event leads where it should, and any other changes nothing": { always: isAsInTable },
    "a record goes on where it was": { always: isResumed },
    "the context is plain JSON": {
      always({ snapshot: { context } }: Now) {
        expect(JSON.parse(JSON.stringify(context))).toEqual(context)
        return true
      },
    },
    "every open state can connect": { when: isOpen, possible: isAt("connected") },
    "every open state can fail": { when: isOpen, possible: isAt("failed") },
    "every open state can expire": { when: isOpen, possible: isAt("expired") },
    "nothing else connects": {
      when: (now: Now) => now.before?.snapshot.status === "active" && isAt("connected")(now),
      always: connects,
    },
    "an end after a success that was returned says so, and no other": {
      when: (now: Now) => !isOpen(now),
      always: ({ snapshot: { value, output }, memory: hasReturned }: Now) =>
        "mayBeConnected" in (output as object) === (hasReturned && value !== "connected"),
    },
  }
  // Each state is met: "never in this state" fails for each.
  const unmet = Object.fromEntries(shown.map((state) => [state, { never: isAt(state) }]))
  const options = { machine: hostedAuthMachine, catalogue: hostedAuthCatalogue, without: [], memory: false, remember }
  const broken = checkProperties({ ...options, properties: { ...properties, ...unmet } })
  expect(broken.map(({ property }) => property)).toEqual(shown)
})
