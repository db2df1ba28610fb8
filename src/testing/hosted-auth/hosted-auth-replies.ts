import type { Failure, Recovery } from "../../../machines/auth-intent.types.ts"
import type { HostedAuthReply } from "./hosted-auth-vocabulary.ts"

type Replies = Record<string, HostedAuthReply>

const link = (url: string, lifetime = 600_000): HostedAuthReply => ({ link: { url, lifetime } })

/** One failure for each thing that can be done about it. */
const failures: Record<Recovery, Omit<Failure, "recovery">> = {
  correct: { type: "errors/invalid_parameters", status: 400, title: "invalid parameters" },
  retry: { type: "errors/service_unavailable", status: 503, title: "service unavailable" },
  restart: { type: "errors/action_required", status: 403, title: "action required" },
  stop: { type: "errors/subscription_required", status: 403, title: "subscription required" },
}

const refusals: Replies = Object.fromEntries(
  Object.entries(failures).map(([recovery, failure]): [string, HostedAuthReply] => [
    `refused (${recovery})`,
    { failure: { ...failure, recovery: recovery as Recovery } },
  ]),
)

const others: Replies = {
  ...refusals,
  "an expired link": link("https://auth.example/expired", 0),
  "a broken createLink": { fault: "createLink throws" },
}

/** Every kind of answer that the request for the first link can get, by a phrase for it. */
export const firstReplies: Replies = { linked: link("https://auth.example/first"), ...others }

/** The same where a link is out: each further one has another URL. */
export const furtherReplies: Replies = { "a fresh link": link("https://auth.example/fresh"), ...others }
