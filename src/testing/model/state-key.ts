import type { Vocabulary } from "../scenario.ts"
import type { Catalogue } from "./catalogue.ts"
import type { World } from "./world.ts"

/** The state of the graph that a world is: what the catalogue tells apart, and the timers in the order they are due. */
export function stateKey<V extends Vocabulary>(catalogue: Catalogue<V>, world: World<V>): string {
  return JSON.stringify([catalogue.abstract(world), world.timers.map(({ id }) => id)])
}
