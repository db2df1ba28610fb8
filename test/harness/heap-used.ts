import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Returns the heap size of a value, in bytes. */
export function heapUsed(): number {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
  return process.memoryUsage().heapUsed
}
