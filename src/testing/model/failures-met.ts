import type { Failure } from "../../../machines/auth-intent.types.ts"
import type { Vocabulary } from "../scenario.ts"
import type { World } from "./world.ts"

/** What coverage calls a failure. */
export const nameFailure = ({ status, type }: Failure): string => (status ? `${status} ${type}` : type)

/** The failure that an event brings, if it brings one. */
export const failureIn = (event: object): Failure | undefined =>
  (event as { output?: { failure?: Failure } }).output?.failure

/** The failures that the last move met: those that its events brought, and the one that shows. */
export function failuresMet<V extends Vocabulary>({ trace, snapshot }: World<V>): string[] {
  const shown: Failure | undefined = snapshot.context.failure
  const met = [...trace.map(({ event }) => failureIn(event)), shown]
  return met.flatMap((failure) => (failure ? nameFailure(failure) : []))
}
