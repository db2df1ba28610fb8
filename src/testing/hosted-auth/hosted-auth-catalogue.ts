import type { HostedAuthContext } from "../../../machines/hosted-auth.types.ts"
import type { Catalogue } from "../model/catalogue.ts"
import { failuresMet, nameFailure } from "../model/failures-met.ts"
import { hostedAuthMoves } from "./hosted-auth-moves.ts"
import { firstReplies } from "./hosted-auth-replies.ts"
import { hostedAuthStep } from "./hosted-auth-step.ts"
import { hostedAuthTitle } from "./hosted-auth-title.ts"
import type { HostedAuthVocabulary } from "./hosted-auth-vocabulary.ts"
import { judgeLinkReply } from "./judge-link-reply.ts"
import { resumeHostedAuth } from "./resume-hosted-auth.ts"
import { toHostedEvent } from "./to-hosted-event.ts"

/** Those that `createLink` is refused with, and the machine's own. */
const failures = [
  ...Object.values(firstReplies).flatMap((reply) => ("failure" in reply ? nameFailure(reply.failure) : [])),
  ...["client/canceled", "client/interrupted", "client/unexpected", "client/hosted_failed"],
]

/** Where the deadline is: not set, ahead, next, or behind. */
function zone({ expiresAt }: HostedAuthContext, now: number): string {
  if (expiresAt === undefined) return "none"
  if (now >= expiresAt) return "behind"
  return now === expiresAt - 1 ? "next" : "ahead"
}

/** All that can happen to a login through the hosted wizard, and how it is told. */
export const hostedAuthCatalogue: Catalogue<HostedAuthVocabulary> = {
  starts: {
    "": { providers: "*", userId: "ada" },
    reconnect: { providers: "LINKEDIN", userId: "ada", reconnectAccount: "account-1" },
    "no user": { providers: ["GOOGLE", "MICROSOFT"] },
  },
  goal: "connected",
  moves: hostedAuthMoves,
  toEvent: toHostedEvent,
  refuse: () => undefined,
  judge: (reply, _request, now) => judgeLinkReply(reply, now),
  resume: ({ snapshot }) => resumeHostedAuth(snapshot),

  abstract({ snapshot, now }) {
    if (snapshot.status === "done") return snapshot.value
    const context: HostedAuthContext = snapshot.context
    return [snapshot.value, context.url, context.returned, zone(context, now)]
  },

  describe: ({ context }) => hostedAuthStep(context),
  failures,
  failuresIn: failuresMet,
  title: hostedAuthTitle,
}
