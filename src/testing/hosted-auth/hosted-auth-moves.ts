import type { HostedAuthContext } from "../../../machines/hosted-auth.types.ts"
import { clockMoves } from "../model/clock-moves.ts"
import { isHeard } from "../model/is-heard.ts"
import type { World } from "../model/world.ts"
import type { Move } from "../scenario.ts"
import { firstReplies, furtherReplies } from "./hosted-auth-replies.ts"
import type { HostedAuthMove, HostedAuthVocabulary } from "./hosted-auth-vocabulary.ts"

/** Callbacks of the login's own person, and of everybody else. */
function callbacks({ userId, reconnectAccount }: HostedAuthContext): Record<string, HostedAuthMove> {
  const nobody = {
    person: "callback.received",
    accountId: reconnectAccount ?? "account-1",
    status: reconnectAccount ? "RECONNECTED" : "CREATION_SUCCESS",
  } as const
  const callback = { ...nobody, ...(userId && { userId }) }
  return {
    callback,
    "another user's callback": { ...callback, userId: "eve" },
    "a callback that is not of success": { ...callback, status: "CREATION_FAILURE" },
    ...(userId && { "nobody's callback": nobody }),
    ...(reconnectAccount && { "another account's callback": { ...callback, accountId: "account-2" } }),
  }
}

const personMoves: Record<string, HostedAuthMove> = {
  "link requested": { person: "link.request" },
  "back with success": { person: "return.success" },
  "back with failure": { person: "return.failure" },
  canceled: { person: "intent.cancel" },
  reloaded: { person: "reload" },
}

/** What can happen next to a login through the hosted wizard, by a phrase for it. */
export function hostedAuthMoves(world: World<HostedAuthVocabulary>): Record<string, Move<HostedAuthVocabulary>> {
  const context: HostedAuthContext = world.snapshot.context
  const moves = clockMoves(world, { linkTimeout: "time is up" })
  const replies = context.url === undefined ? firstReplies : furtherReplies
  for (const [phrase, server] of Object.entries(world.request ? replies : {})) moves[phrase] = { server }
  const told = { ...personMoves, ...callbacks(context) }
  for (const [phrase, move] of Object.entries(told)) if (isHeard(world, move)) moves[phrase] = move
  return moves
}
