import type { Vocabulary } from "../scenario.ts"
import type { World } from "./world.ts"

/** Only what some state around the current one has heard of: the guards decide about it. */
export const isHeard = <V extends Vocabulary>({ snapshot }: World<V>, { person }: V["person"]): boolean =>
  person === "reload" || snapshot._nodes.some(({ transitions }) => transitions.has(person))
