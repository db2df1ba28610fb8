// Resumes each of the records given as an argument, in a process of its own, and prints what that led to.
import { setImmediate as settled } from "node:timers/promises"
import { createAuthIntent, getState, getStep, type SavedIntent, saveIntent } from "../../src/index.ts"

const records: SavedIntent[] = JSON.parse(process.argv[2] ?? "[]")
let sent = 0
const send = async () => {
  sent += 1
  return { kind: "connected" as const, accountId: "never" }
}

const found: object[] = []
for (const record of records) {
  const { provider } = record
  const actor = createAuthIntent({ transport: { submit: send, solve: send }, provider, resume: record }).start()
  await settled()
  const snapshot = actor.getSnapshot()
  actor.stop()
  const { output } = snapshot
  found.push({ state: getState(snapshot), output, step: getStep(snapshot), saved: saveIntent(snapshot) })
}
process.stdout.write(JSON.stringify({ sent, found }))
