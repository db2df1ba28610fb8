export { parseEvent } from "../intent/parse-event.ts"
export type { ConnectedAccount, OnConnected, RelayProblem } from "./host.ts"
export {
  createHostedLinks,
  type HostedLinkOptions,
  type HostedLinks,
  type HostedLinksOptions,
  rewriteHostedUrl,
} from "./hosted/create-hosted-links.ts"
export {
  type AccountNotification,
  type AccountStatus,
  parseAccountStatus,
  parseNotification,
  type UnconfirmedAccount,
} from "./hosted/notifications.ts"
export type { HostedLinkRequest, HostedOptions, RelayHosted } from "./hosted/routes.ts"
export { createIntents, type Intents, type IntentsOptions } from "./intents/create-intents.ts"
export type { HandOff } from "./intents/hand-off.ts"
export type { IntentStatus } from "./intents/intent-entry.ts"
export type { RelayKey } from "./keys.ts"
export type { RelayLimits } from "./limits.ts"
export { createMemoryStore } from "./memory-store.ts"
export { createNodeFetch, type NodeFetchOptions, type Undici } from "./node-fetch.ts"
export type { GetUserId } from "./relay/authorize-page.ts"
export { createRelay, type Relay, type RelayOptions } from "./relay/create-relay.ts"
export type { Store, StoreError } from "./store.ts"
