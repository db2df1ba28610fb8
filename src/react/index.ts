"use client"
export { type PageMessages, pageMessages } from "../page/page-messages.ts"
export { ConnectAccount, type ConnectAccountProps } from "./connect-account.tsx"
export {
  type ButtonProps,
  type FieldProps,
  type UseAuthIntent,
  type UseAuthIntentOptions,
  useAuthIntent,
} from "./use-auth-intent.ts"
