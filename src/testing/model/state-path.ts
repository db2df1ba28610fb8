import type { AnyMachineSnapshot, AnyStateNode } from "xstate"

/** The path of a state, say `checkpoint.twoFactor`. */
export const nodePath = ({ path, machine }: AnyStateNode): string => path.join(".") || machine.id

/** The path of the state that a machine is in. */
export const statePath = ({ _nodes }: AnyMachineSnapshot): string =>
  _nodes
    .filter(({ type }) => type === "atomic" || type === "final")
    .map(nodePath)
    .join(" and ")
