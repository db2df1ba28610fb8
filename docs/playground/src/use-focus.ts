import { useEffect, useRef } from "react"

/** Puts the focus where the work is: the first field, or the title where there is none, at each new place and when a request is over. */
export function useFocus(place: string, busy: boolean) {
  const root = useRef<HTMLElement>(null)
  const before = useRef<string>(undefined)

  useEffect(() => {
    const isUntouched = before.current === undefined && place.startsWith("credentials")
    before.current = place
    if (busy || isUntouched) return
    const field = root.current?.querySelector<HTMLInputElement>("input:not([type=radio])")
    field?.select()
    const target = field ?? root.current?.querySelector<HTMLElement>("h2")
    target?.focus()
  }, [place, busy])

  return root
}
