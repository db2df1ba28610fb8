import { createMachine, type setup as setupOfXState } from "xstate"

/** XState's `setup`, of whose result only `createMachine` is there: the action creators beside it would weigh 0.7 kB in a page. */
export const setup = ((implementations: object) => ({
  createMachine: (config: object) => createMachine(config, implementations),
})) as unknown as typeof setupOfXState

interface HasLogger {
  logger?: (line: string) => void
}

/** Writes to the logger of an actor, where XState's `log` would write each time. `Actor.logger` is no part of `ActorRef`'s type. */
export const logLine = (owner: object, line: string): void => (owner as HasLogger).logger?.(line)
