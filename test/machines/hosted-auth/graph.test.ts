import { expect, test } from "vitest"
import { hostedAuthMachine } from "../../../machines/hosted-auth.machine.ts"
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

/** Whether what came is a callback of the login's own person and account, or the host's back end knows of the connection. */
function connects({ move, snapshot: { context } }: Now): boolean {
  if (move === undefined || !("person" in move))
    return move !== undefined && "server" in move && "connected" in move.server
  if (move.person !== "callback.received") return false
  const { accountId, userId, status } = move
  const isOurs = userId === context.userId && accountId === (context.reconnectAccount ?? accountId)
  return isOurs && (status === "CREATION_SUCCESS" || status === "RECONNECTED")
}

/** Whether the person has come back from the wizard with success. */
const remember = ({ memory, move, before }: Now) =>
  memory ||
  (move !== undefined &&
    "person" in move &&
    move.person === "return.success" &&
    before?.snapshot.can({ type: "return.success" }) === true)

test("every situation of hostedAuth has what is promised", () => {
  const properties = {
    "only the promised states are shown": { always: ({ snapshot }: Now) => shown.includes(getState(snapshot)) },
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
  const options = { machine: hostedAuthMachine, catalogue: hostedAuthCatalogue, without: [], memory: false, remember }
  expect(checkProperties({ ...options, properties }).map(({ property }) => property)).toEqual([])
  const unseen = Object.fromEntries(shown.map((state) => [state, { never: isAt(state) }]))
  expect(checkProperties({ ...options, properties: unseen }).map(({ property }) => property)).toEqual(shown)
})
