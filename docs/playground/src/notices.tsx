import { useSyncExternalStore } from "react"
import { useOtherTabs } from "./use-other-tabs.ts"

function onlineOrOffline(changed: () => void) {
  const controller = new AbortController()
  for (const type of ["online", "offline"]) addEventListener(type, changed, controller)
  return () => controller.abort()
}

/** What is going on around this login: none of it stops the person. */
export function Notices({ expiresAt, now }: { expiresAt: number | undefined; now: () => number }) {
  const isElsewhere = useOtherTabs(expiresAt, now)
  const isOnline = useSyncExternalStore(onlineOrOffline, () => navigator.onLine)
  return (
    <div role="status" className="notices">
      {!isOnline && <p>You are offline. Your login waits for you here.</p>}
      {isElsewhere && <p>A login is under way in another tab. You can finish it there; this one is its own.</p>}
    </div>
  )
}
