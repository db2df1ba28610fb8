import type { HostedAuthEvent } from "../../../machines/hosted-auth.types.ts"
import type { HostedAuthMove } from "./hosted-auth-vocabulary.ts"

/** Tells a move as an event; a callback is told as it came, whatever its status. */
export function toHostedEvent({ person, ...rest }: HostedAuthMove): HostedAuthEvent {
  if (person === "reload") throw new Error("A reload is no event")
  return { type: person, ...rest } as HostedAuthEvent
}
