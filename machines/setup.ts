import { createMachine, type setup as xstateSetup } from "xstate"

/**
 * XState's `setup`, reduced to `createMachine`. The other members have a type, but are `undefined`: no chart uses them,
 * and no bundler can drop XState's own (0.8 kB of a page).
 */
export const setup = (({ types, ...implementations }: Record<string, object>) => ({
  createMachine: (config: object) => createMachine(config as never, implementations as never),
})) as unknown as typeof xstateSetup
