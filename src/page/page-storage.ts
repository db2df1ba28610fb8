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
export interface PageRecord {
  saved: SavedIntent
  /** The username that the person signs in with. */
  account?: string | undefined
  /** The form was taken away after the login had ended: the next one begins anew. */
  left?: boolean
}

/** Returns what is done with a storage, or `undefined` where that is denied, full, or holds something else. */
export function attempt<Result>(use: () => Result): Result | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}

/** Returns a storage of the browser's, or `undefined` where there is none. A server's would be shared by all of its visitors. */
export const getStorage = (name: "sessionStorage" | "localStorage"): Storage | undefined =>
  attempt(() => globalThis.document && globalThis[name])

/** Returns how the person came: `navigate` is by a link or an address, and not by a reload or by going back. */
function getVisit(): unknown {
  const [entry] = globalThis.performance?.getEntriesByType?.("navigation") ?? []
  return entry && "type" in entry && entry.type
}

/** Whether the tab shows what it showed before: after a reload, or where the browser had let go of it to save memory. */
export const isLoadedAgain = () => getVisit() === "reload" || ("wasDiscarded" in document && document.wasDiscarded)

/**
 * Returns what was saved, brought up to date, or `undefined` where there is nothing for these providers. How a login ended
 * is there for a reload and for going back; who comes anew begins anew.
 */
export const readPageRecord = (
  text: string | null | undefined,
  { providers, ...options }: Omit<ParseOptions, "provider"> & { providers: readonly Provider[] },
): (PageRecord & { wasDone: boolean }) | undefined =>
  attempt(() => {
    const { saved: record, account, left } = JSON.parse(text ?? "")
    const saved = parseSavedIntent(record, options)
    const wasDone = isFinal(record.state)
    if (!providers.includes(saved.provider) || (wasDone && (left || getVisit() === "navigate"))) return undefined
    return { saved, wasDone, ...(typeof account === "string" && { account }) }
  })
