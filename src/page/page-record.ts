import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { isFinal } from "../intent/get-step.ts"
import { type ParseOptions, parseSavedIntent } from "../intent/saved-intent.ts"

/** Where a page keeps its record: `sessionStorage`, or anything with these two methods. */
export interface PageStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** What a page keeps of a login: the record and the name of the account, no secret. */
interface PageRecord {
  saved: SavedIntent
  /** The username that the person signs in with. */
  account?: string | undefined
  /** The form was taken away after the login had ended: the next one begins anew. */
  left?: boolean
}

/** Returns how the person came: `navigate` is by a link or an address, and not by a reload or by going back. */
function getVisit(): unknown {
  const [entry] = globalThis.performance?.getEntriesByType?.("navigation") ?? []
  return entry && "type" in entry && entry.type
}

/** Whether the tab shows what it showed before: after a reload, or where the browser had let go of it to save memory. */
export const isLoadedAgain = () => getVisit() === "reload" || ("wasDiscarded" in document && document.wasDiscarded)

/** Returns the tab's own storage, or `undefined` where there is no tab or it is denied. */
export function getTabStorage(): PageStorage | undefined {
  try {
    // A server may have one too, which all of its visitors would share.
    return globalThis.document && globalThis.sessionStorage
  } catch {
    return undefined
  }
}

/**
 * Returns what was saved under a key, brought up to date, or `undefined` where there is nothing for these providers. How a
 * login ended is there for a reload and for going back; who comes anew begins anew.
 */
export function readPageRecord(
  storage: PageStorage | undefined,
  key: string,
  { providers, ...options }: Omit<ParseOptions, "provider"> & { providers: readonly Provider[] },
): (PageRecord & { wasDone: boolean }) | undefined {
  try {
    const stored = JSON.parse(storage?.getItem(key) ?? "")
    const { account, left } = stored
    const saved = parseSavedIntent(stored.saved, options)
    if (!providers.includes(saved.provider)) return undefined
    const wasDone = isFinal(stored.saved.state)
    if (wasDone && (left || getVisit() === "navigate")) return undefined
    return { saved, wasDone, ...(typeof account === "string" && { account }) }
  } catch {
    return undefined
  }
}

/** Saves a record under a key. Where nothing can be kept all goes on, and a reload begins anew. */
export function writePageRecord(storage: PageStorage | undefined, key: string, record: PageRecord): void {
  try {
    storage?.setItem(key, JSON.stringify(record))
  } catch {
    // It is full or denied.
  }
}
