import { createBrowserInspector } from "@statelyai/inspect"
import { useState } from "react"
import type { Recorder } from "./create-recorder.ts"

const url = "https://stately.ai/inspect"

/** Opens the Stately inspector on the actor of this page, or reports that it is unreachable. */
export function InspectorButton({ recorder }: { recorder: Recorder }) {
  const [said, say] = useState("")

  async function open() {
    // A browser opens a window only right after a press.
    const inspector = createBrowserInspector({ url })
    say("Opening the inspector…")
    try {
      await fetch(url, { mode: "no-cors" })
      if (inspector.adapter.targetWindow === null)
        return say("The browser did not open the window. Allow it, and try again.")
      recorder.connect((event) => inspector.inspect.next?.(event))
      say("The inspector is open in a window of its own.")
    } catch {
      inspector.adapter.targetWindow?.close()
      say("The inspector is on the internet, and there is none here. All else goes on.")
    }
  }

  return (
    <>
      <button type="button" onClick={open}>
        Open the Stately inspector
      </button>
      <p role="status">{said}</p>
    </>
  )
}
