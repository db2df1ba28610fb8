import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Returns the bytes of the heap that something holds. */
export function heapUsed(): number {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
  return process.memoryUsage().heapUsed
}
