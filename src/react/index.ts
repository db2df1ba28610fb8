"use client"
export type { PageIntentOptions } from "../page/page-intent.types.ts"
export { type PageMessages, pageMessages } from "../page/page-messages.ts"
export { ConnectAccount, type ConnectAccountProps } from "./connect-account.tsx"
export {
  type ButtonProps,
  type FieldProps,
  type UseAuthIntent,
  useAuthIntent,
} from "./use-auth-intent.ts"
