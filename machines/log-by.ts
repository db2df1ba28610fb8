interface HasLogger {
  logger?: (message: string) => void
}

/** Logs by the logger of an actor. `Actor.logger` is public, but no part of `ActorRef`'s type. */
export const logBy = (actor: object, message: string) => (actor as HasLogger).logger?.(message)
