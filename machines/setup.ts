import { createMachine, type setup as xstateSetup } from "xstate"

/**
 * XState's `setup`, of whose result only `createMachine` is there. The rest, a function for each kind of action, is used by no
 * chart here, and no bundler can leave it out: 0.8 kB of a page.
 */
export const setup = (({ types, ...implementations }: Record<string, object>) => ({
  createMachine: (config: object) => createMachine(config as never, implementations as never),
})) as unknown as typeof xstateSetup
