import {
  createRelayLinks,
  hostedAuthMachine,
  type IntentClock,
  parseSavedHostedAuth,
  saveHostedAuth,
} from "auth-intent"
import { useEffect, useRef, useSyncExternalStore } from "react"
import { createActor, type Subscription } from "xstate"

const key = "hosted"

/** Returns the login of this tab, or `undefined` where there is none that can be read. */
function readSaved() {
  try {
    return parseSavedHostedAuth(JSON.parse(sessionStorage.getItem(key) ?? ""))
  } catch {
    return undefined
  }
}

/** Takes the return out of the page's address. */
const clearReturn = () => history.replaceState(history.state, "", location.pathname + location.search)

const texts = {
  linking: "One moment…",
  redirected: "Your account shows here when the hosted page is done with.",
  success: "You are back from the hosted page. Your account shows as soon as the provider has called.",
  connected: "Your account is connected, by the hosted page.",
  mayBeConnected: "Your account may be connected already. Look at your accounts before you try again.",
  expired: "The link has expired.",
  failed: "Nothing was connected by the hosted page. You can try again.",
}

/** Runs the hosted way in this tab. It goes on when the person is back from the wizard. */
export function createHosted(relay: string, clock?: IntentClock) {
  const { createLink, findConnection, confirmReturn } = createRelayLinks({ baseUrl: relay })
  const machine = hostedAuthMachine.provide({ actors: { createLink, findConnection } })
  const listeners = new Set<() => void>()
  let actor = create(readSaved())
  let leading: Subscription | undefined
  /** What is known of a link that was requested in another tab, or by another person, and followed to its end in this one. */
  let noteOfOther: keyof typeof texts | undefined

  function create(resume?: ReturnType<typeof readSaved>) {
    const created = createActor(machine, { ...(clock && { clock }), input: resume ? { resume } : { providers: "*" } })
    created.subscribe((snapshot) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(saveHostedAuth(snapshot)))
      } catch {
        // Where storage is full, or refused, the way back begins anew.
      }
      // Until then a reload posts the return again, which may not have got through.
      if (snapshot.status === "done") clearReturn()
      for (const changed of listeners) changed()
    })
    return created
  }

  confirmReturn(location.hash).then((returned) => {
    if (returned) noteOfOther = returned === "success" ? "mayBeConnected" : "failed"
    // Not before: where the link has expired meanwhile, the machine ends at once.
    actor.start()
    if (returned) actor.send({ type: `return.${returned}` })
    if (returned === "failure") clearReturn()
  })

  return {
    subscribe(changed: () => void) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    /** Returns how it stands, as one of the texts names it. */
    getNote(): keyof typeof texts | undefined {
      const { value, output, context } = actor.getSnapshot()
      if (output) return "mayBeConnected" in output ? "mayBeConnected" : output.status
      if (value === "linking") return value
      if (context.failure) return "failed"
      if (value === "idle") return noteOfOther
      return context.returned === "success" ? "success" : "redirected"
    },
    /** Requests a link and leads to it, once: by Back, people return to this page as it was. */
    open() {
      leading?.unsubscribe()
      // A login that is still open goes on: its earlier link may be followed in another tab.
      if (actor.getSnapshot().status === "done") actor = create().start()
      const before = actor.getSnapshot().context.url
      leading = actor.subscribe(({ context: { url } }) => {
        if (url === undefined || url === before) return
        leading?.unsubscribe()
        location.assign(url)
      })
      actor.send({ type: "link.request" })
    },
  }
}

/** Leads to the hosted wizard, and shows how that stands. */
export function HostedButton({ hosted }: { hosted: ReturnType<typeof createHosted> }) {
  const shown = useSyncExternalStore(hosted.subscribe, hosted.getNote)
  const note = useRef<HTMLParagraphElement>(null)

  // Who comes back is at the top of the page, and this is at the end of the form.
  useEffect(() => {
    if (shown) note.current?.scrollIntoView({ block: "nearest" })
  }, [shown])

  return (
    <>
      <button className="hosted" type="button" onClick={hosted.open}>
        Use the hosted page
      </button>
      <p role="status" className="note" data-state={shown} ref={note}>
        {shown && texts[shown]}
      </p>
    </>
  )
}
