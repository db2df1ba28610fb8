import type { AnyMachineSnapshot, SnapshotFrom } from "xstate"
import type { authIntentMachine } from "../../../machines/auth-intent.machine.ts"
import type { AuthIntentContext } from "../../../machines/auth-intent.types.ts"
import { messages } from "../../failures/messages.ts"
import { getStep } from "../../intent/get-step.ts"
import { saveIntent } from "../../intent/save-intent.ts"
import type { Catalogue } from "../model/catalogue.ts"
import { failureIn, failuresMet, nameFailure } from "../model/failures-met.ts"
import type { AuthIntentVocabulary } from "../scenario.ts"
import { authIntentMoves } from "./auth-intent-moves.ts"
import { authIntentReplies } from "./auth-intent-replies.ts"
import { authIntentTitle } from "./auth-intent-title.ts"
import { judgeReply } from "./judge-reply.ts"
import { refuseRequest } from "./refuse-request.ts"
import { toEvent } from "./to-event.ts"

const typed = (snapshot: AnyMachineSnapshot) => snapshot as SnapshotFrom<typeof authIntentMachine>

/** Every answer's failure, to either request, and the library's own but those of the other transport and machine. */
function everyFailure(): string[] {
  const answers = Object.values(authIntentReplies).flatMap((reply) =>
    ["submitCredentials", "solveCheckpoint"].map((src) =>
      judgeReply(reply, { src, input: { provider: "TWITTER" } }, 0),
    ),
  )
  const elsewhere = [
    "client/hosted_failed",
    "client/invalid_session",
    "client/second_factor_required",
    "client/invalid_response",
  ]
  const own = Object.keys(messages).filter((type) => type.startsWith("client/") && !elsewhere.includes(type))
  return [...new Set([...answers.map(failureIn).flatMap((failure) => (failure ? nameFailure(failure) : [])), ...own])]
}

/** Where the deadline is: not set, a whole lifetime ahead (no timer is armed for longer), ahead, next, or behind. */
function zone({ expiresAt, intentLifetime }: AuthIntentContext, now: number): string {
  if (expiresAt === undefined) return "none"
  if (now >= expiresAt) return "behind"
  if (now + intentLifetime <= expiresAt) return "whole"
  return now === expiresAt - 1 ? "next" : "ahead"
}

/** All that can happen to an intent, and how it is told. */
export const authIntentCatalogue: Catalogue<AuthIntentVocabulary> = {
  starts: {
    "": { provider: "INSTAGRAM" },
    Messenger: { provider: "MESSENGER" },
    "no polling": { provider: "LINKEDIN", inAppPollInterval: 0 },
  },
  goal: "connected",
  moves: authIntentMoves,
  toEvent,
  refuse: refuseRequest,
  judge: judgeReply,

  resume({ input, snapshot, now }) {
    const saved = saveIntent(typed(snapshot))
    const open = saved.state === "checkpoint" || saved.state === "solving"
    const state = open && now >= (saved.expiresAt ?? now) ? "expired" : saved.state
    return { ...input, resume: { ...saved, state } }
  },

  abstract({ snapshot, now, request, timers }) {
    if (snapshot.status === "done") return snapshot.value
    const context: AuthIntentContext = snapshot.context
    const { checkpoint, solution, timedOut, expiresAt = 0, inAppPollInterval } = context
    const polls = snapshot.matches({ checkpoint: "inApp" }) && inAppPollInterval > 0
    const { type, canApproveInApp } = checkpoint ?? {}
    const typedCode = request?.cause && "code" in request.cause && request.cause.code
    const inTime = timers.map(({ due }) => due <= expiresAt)
    return [snapshot.value, type, canApproveInApp, polls, solution, typedCode, timedOut, zone(context, now), inTime]
  },

  describe: (snapshot) => getStep(typed(snapshot)),
  failures: everyFailure(),
  failuresIn: failuresMet,
  title: authIntentTitle,
}
