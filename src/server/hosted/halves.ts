import type { HostedProvider } from "../../../machines/providers.ts"
import { read } from "../../values.schema.ts"
import type { Deliveries } from "../deliveries.ts"
import { Refusal } from "../route.ts"
import { readEntry, type Store, toStoreKey, updateEntry } from "../store.ts"
import { halvesEntry, linkEntry } from "./hosted.schema.ts"
import { callbackGrace, type LinkFacts } from "./link-tokens.ts"

/** What has come of a hosted login: the API's callback, and the return of the user whose link it is. */
export interface Halves {
  /** The account that the callback names. */
  accountId?: string
  provider?: HostedProvider
  /** The user has returned, or a return is not required. */
  isReturned?: true
  /** Another user has returned: this link connects nothing any more. */
  isEnded?: true
  /** Both halves have come, and the account is on its way to the host. */
  isKept?: true
}

/** Which link it is, and until when its tokens are good, in epoch ms. */
export type Link = Pick<LinkFacts, "nonce" | "expiresAt">

const parseLink = (json: unknown): Link | undefined => read(linkEntry, json)
const parseHalves = (json: unknown): Halves | undefined => read(halvesEntry, json)

/** Keeps the halves of hosted logins, and delivers an account once both of its have come. */
export function createHalves({ store, deliveries }: { store: Store; deliveries: Deliveries }) {
  const toKey = (nonce: string) => toStoreKey("hosted", nonce)

  /** Whichever half comes first creates the entry, and it outlives the tokens of its link. */
  async function change({ nonce, expiresAt }: Link, then: (halves: Halves) => Halves | undefined): Promise<Halves> {
    const halves = await updateEntry(store, await toKey(nonce), parseHalves, (stored) => {
      const value = then(stored ?? {})
      return value && { value, expiresAt: expiresAt + callbackGrace }
    })
    return halves ?? {}
  }

  return {
    /** Remembers the link of a user's page by its URL: after a reload, that is all the page knows. @throws StoreError */
    async rememberLink(userId: string, url: string, link: Link): Promise<void> {
      const { expiresAt } = link
      await updateEntry(store, await toStoreKey("hosted-link", userId, url), parseLink, () => ({
        value: link,
        expiresAt,
      }))
    },

    findLink: async (userId: string, url: string): Promise<Link | undefined> =>
      readEntry(store, await toStoreKey("hosted-link", userId, url), parseLink),

    find: async ({ nonce }: Link): Promise<Halves> => (await readEntry(store, await toKey(nonce), parseHalves)) ?? {},

    /** Notes the callback. A name is good for one account only: a second one changes nothing. @throws StoreError */
    noteAccount: (link: LinkFacts, accountId: string): Promise<Halves> =>
      change(link, (halves) => {
        if (halves.accountId !== undefined) return undefined
        const { provider, requireReturn } = link
        return { ...halves, accountId, ...(provider && { provider }), ...(!requireReturn && { isReturned: true }) }
      }),

    /** Notes a return. One of another user than the link's ends the link. @throws StoreError */
    noteReturn: (link: Link, isOwner: boolean): Promise<Halves> =>
      change(link, (halves) => {
        const { isEnded, isReturned, accountId } = halves
        if (isEnded || (isReturned && (isOwner || accountId !== undefined))) return undefined
        return isOwner ? { ...halves, isReturned: true } : { ...halves, isEnded: true }
      }),

    /**
     * Delivers the account where both halves have come, and returns it, or `undefined` where one is still to come.
     * @throws Refusal 403 where the link was ended, 503 where the host could not store the account.
     */
    async finish(link: Link, userId: string, halves: Halves): Promise<string | undefined> {
      const { accountId, provider, isReturned, isEnded, isKept } = halves
      if (isEnded) throw new Refusal(403, "errors/account_mismatch")
      if (!isReturned || accountId === undefined) return undefined
      // What comes after that delivers what the host could not store then.
      if (isKept) {
        await deliveries.settle(userId)
        return accountId
      }
      await deliveries.deliver({ userId, accountId, ...(provider && { provider }) }, () =>
        change(link, (stored) => ({ ...stored, isKept: true })),
      )
      return accountId
    },
  }
}
