import type { SavedIntent } from "../../machines/auth-intent.types.ts"
import type { Provider } from "../../machines/providers.ts"
import { attempt } from "../attempt.ts"
import type { TimeOptions } from "../intent/bring-up-to-date.ts"
import { isFinal } from "../intent/get-step.ts"
import { parseSavedIntent } from "../intent/saved-intent.ts"
import { parse } from "../values.schema.ts"
import { stored } from "./page.schema.ts"

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
  /** The login had ended when its form was taken away: the next one begins anew. */
  isSeen?: boolean | undefined
  /** The deadline of the record of the host's that this page has resumed, as it was then. */
  resumed?: number | undefined
}

/** Returns the username among some credentials: what the page calls the account. */
export const usernameOf = (credentials: unknown): string | undefined =>
  attempt(() => (credentials as { username: string }).username.trim()) || undefined

/** Returns a storage of the browser's, or `undefined` where there is none. A server's would be shared by all of its visitors. */
export const getStorage = (name: "sessionStorage" | "localStorage"): Storage | undefined =>
  attempt(() => globalThis.document && globalThis[name])

/**
 * Whether the person came by a link or an address: to the document, or within it from another one that was loaded. In a frame
 * the page around it counts too, where it can be read: a reload of that one loads the frame as if by a link.
 */
function isNewVisit({ performance, location }: Pick<typeof globalThis, "performance" | "location"> = globalThis) {
  const [visit] = (performance?.getEntriesByType?.("navigation") ?? []) as PerformanceNavigationTiming[]
  return visit && (visit.type === "navigate" || visit.name.split("#")[0] !== location.href.split("#")[0])
}

/** Where a login may go on from: what the tab has saved comes first. */
interface Sources {
  providers: readonly Provider[]
  /** A record that the host has. */
  resume: SavedIntent | undefined
  /** Whether the browser shows this document again: the host's record was read then. */
  isBack: boolean | undefined
}

/**
 * Returns the saved record, brought up to date; without one `resume`, unless that login was followed to its end; `undefined`
 * where neither is of these providers. A login that has ended is returned after a reload and after going back, not on a new
 * visit, and not where its failure is `stop`.
 * @throws AuthIntentError `invalid_option` where the storage returns no text, for example a promise of one.
 */
export function readPageRecord(
  load: () => string | null | undefined,
  { providers, resume, isBack, ...options }: TimeOptions & Sources,
): (PageRecord & { wasDone: boolean }) | undefined {
  const text = parse(stored, attempt(load), "invalid_option", "storage.getItem")
  const kept = attempt(() => JSON.parse(text ?? ""))
  const found = attempt(() => {
    const saved = parseSavedIntent(kept.saved, options)
    const wasDone = isFinal(kept.saved.state)
    // A login that ended with `stop` is tried anew after a reload: its cause may be removed by then.
    const isOver =
      wasDone &&
      (kept.isSeen ||
        (!isBack && isNewVisit() && isNewVisit(attempt(() => top?.document && top))) ||
        (saved.failure?.recovery === "stop" && !saved.unanswered))
    // The host has to know of an account that a request may have connected.
    const isOffered = providers.includes(saved.provider) || (saved.unanswered && !wasDone)
    if (isOver || !isOffered) return undefined
    return { saved, wasDone, account: attempt(() => kept.account.trim()), resumed: kept.resumed }
  })
  const isOther = !isBack && resume && !(kept && kept.resumed === resume.expiresAt)
  return found ?? (isOther ? { saved: resume, wasDone: false, resumed: resume.expiresAt } : undefined)
}

/** Writes a record, or that there is none. */
export function writePageRecord(storage: PageStorage | null | undefined, key: string, record?: PageRecord): void {
  try {
    storage?.setItem(key, record ? JSON.stringify(record) : "")
  } catch {
    // Where the storage is full or denied the login goes on, and a reload begins anew: the record before is out of date.
    attempt(() => storage?.setItem(key, ""))
  }
}

/**
 * Creates what announces the login of this tab to the others of this origin, by its deadline, and reads theirs; one that
 * crashed counts until then. It works on plain http too.
 */
export function createTabAnnouncements(key: string) {
  const storage = getStorage("localStorage")
  const prefix = `${key}:tab:`
  let announced: string | undefined
  return {
    /** Announces the deadline of the login that is under way here, in epoch ms, or that there is none. */
    announce(expiresAt: number | undefined): void {
      const name = expiresAt === undefined ? undefined : prefix + expiresAt
      if (name === announced) return
      if (announced) attempt(() => storage?.removeItem(announced as string))
      if (name) attempt(() => storage?.setItem(name, ""))
      announced = name
    },
    /** Whether another login than the tab's own, by its deadline, is under way in another tab. */
    isElsewhere: (now: () => number, own: number | undefined) =>
      attempt(() =>
        Object.keys(storage ?? {}).some(
          (name) => name.startsWith(prefix) && name !== prefix + own && Number(name.slice(prefix.length)) > now(),
        ),
      ) === true,
  }
}
