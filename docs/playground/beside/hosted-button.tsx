import { useState } from "react"

const returned: Record<string, string> = {
  "#hosted-connected": "You are back from the hosted page. Your account shows as soon as the provider has told us.",
  "#hosted-failed": "You are back from the hosted page, and nothing was connected.",
}

/** Leads to the hosted wizard, and tells who is back from it. Anybody can open a return URL: only the callback connects. */
export function HostedButton({ relay }: { relay: string }) {
  const [said, say] = useState(returned[location.hash] ?? "")

  async function open() {
    const url = (hash: string) => new URL(hash, location.href).href
    const redirects = { success_redirect_url: url("#hosted-connected"), failure_redirect_url: url("#hosted-failed") }
    const response = await fetch(`${relay}/hosted/accounts/link`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "create", providers: "*", ...redirects }),
    }).catch(() => undefined)
    if (response?.status === 201) location.assign((await response.json()).url)
    else say("The hosted page cannot be reached right now. Try again in a moment.")
  }

  return (
    <>
      <button type="button" onClick={open}>
        Use the hosted page
      </button>
      <p role="status">{said}</p>
    </>
  )
}
