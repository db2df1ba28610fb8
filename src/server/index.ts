export type { HostedProvider, HostedProviders } from "../../machines/hosted-auth.types.ts"
export {
  createHostedAuth,
  type HostedAuth,
  type HostedAuthOptions,
  type HostedLink,
  type LinkOptions,
} from "./create-hosted-auth.ts"
export type { ConnectedAccount } from "./create-logins.ts"
export { createNotificationHandler, type NotificationHandlerOptions } from "./create-notification-handler.ts"
export { createRelay, type RelayOptions, type RelayProblem } from "./create-relay.ts"
export type { SpentLogins } from "./create-spent-set.ts"
export { HostedAuthError } from "./hosted-auth-error.ts"
export type { RelayKey } from "./login-tokens.ts"
export { NotificationError } from "./notification-error.ts"
export { type AccountStatus, parseAccountStatus } from "./parse-account-status.ts"
export { type AccountNotification, parseNotification } from "./parse-notification.ts"
export { rewriteHostedUrl } from "./rewrite-hosted-url.ts"
export { getStatusKey } from "./status-key.ts"
