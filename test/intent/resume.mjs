// Resumes the record given as an argument, in a process of its own, and prints what that led to.
import { setImmediate as settled } from "node:timers/promises"
import { createAuthIntent, getStep, saveIntent } from "auth-intent"

const record = JSON.parse(process.argv[2] ?? "null")
let sent = 0
const ask = async () => {
  sent++
  return { kind: "connected", accountId: "never" }
}

const actor = createAuthIntent({
  transport: { submit: ask, solve: ask },
  provider: record.provider,
  resume: record,
}).start()
await settled()
const snapshot = actor.getSnapshot()
actor.stop()
const { value, output } = snapshot
console.log(JSON.stringify({ sent, value, output, step: getStep(snapshot), saved: saveIntent(snapshot) }))
