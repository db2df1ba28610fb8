// A back end that keeps no actor between two requests: an intent is a row in its database.
import {
  type AuthIntentEvent,
  advanceIntent,
  createPostpressTransport,
  type SavedIntent,
  startIntent,
  submitCode,
  submitCredentials,
} from "auth-intent"
import { createSandbox } from "auth-intent/sandbox"

const { fetch } = createSandbox() // the API on this machine; leave it out for the real one
const transport = createPostpressTransport({ apiKey: "sandbox", fetch })

interface Row {
  saved: SavedIntent
  busyUntil: number
}
const rows = new Map<string, Row>()

/** In SQL: `update intents set … where id = $id and revision = $revision`, and whether that found a row. */
function swap(id: string, { revision }: SavedIntent, row: Row): boolean {
  if (rows.get(id)?.saved.revision !== revision) return false
  rows.set(id, row)
  return true
}

/** Answers one request of the page: with the step to show, or that another request is on its way. */
async function handle(id: string, event?: AuthIntentEvent): Promise<string> {
  const row = rows.get(id)
  if (row === undefined) return "404"

  // Claimed before anything is sent, so that two clicks send once; longer than the transport's timeout, for a crash.
  const claimed = { ...row.saved, revision: row.saved.revision + 1 }
  const free = Date.now() >= row.busyUntil
  if (!free || !swap(id, row.saved, { saved: claimed, busyUntil: Date.now() + 40_000 })) return "409 busy"

  const { saved, step, output } = await advanceIntent(claimed, event, { transport })
  if (!swap(id, claimed, { saved, busyUntil: 0 })) return "409 busy"
  return output ? `200 ${output.status}` : `200 ${step.kind} ${step.failure?.type ?? ""}`.trim()
}

rows.set("ada", { saved: startIntent({ provider: "INSTAGRAM" }), busyUntil: 0 })
console.log(await handle("ada"))
console.log(await handle("ada", submitCredentials({ username: "2fa", password: "correct horse" })))
const twoClicks = [handle("ada", submitCode("000000")), handle("ada", submitCode("000000"))]
console.log(await Promise.all(twoClicks))
console.log(await handle("ada", submitCode("123456")))

/* Prints
200 credentials
200 code
[ '200 code errors/invalid_checkpoint_solution', '409 busy' ]
200 connected
*/
