import { createMachine, type setup as xstateSetup } from "xstate"

/**
 * XState's `setup` for a chart in a page. What XState's returns also makes every kind of action, which a bundler cannot
 * leave out and no chart here takes from it: a twentieth of a whole page.
 */
export const setup = (({ types, ...implementations }: Record<string, object>) => ({
  createMachine: (config: object) => createMachine(config as never, implementations as never),
})) as unknown as typeof xstateSetup
