import { inspect } from "node:util"

/** Every form in which an inspector, a log or a serializer could show a value. */
export const printed = (value: unknown): string =>
  [inspect(value, { depth: 10, showHidden: true, getters: true, maxStringLength: null }), JSON.stringify(value)].join(
    "\n",
  )
