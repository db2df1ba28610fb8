import type { HostedProvider } from "../../machines/hosted-auth.types.ts"

/** What people call the providers of the hosted wizard. */
export const providerNames: Readonly<Record<HostedProvider, string>> = {
  LINKEDIN: "LinkedIn",
  WHATSAPP: "WhatsApp",
  INSTAGRAM: "Instagram",
  TELEGRAM: "Telegram",
  GOOGLE: "Google",
  MICROSOFT: "Microsoft",
  IMAP: "IMAP",
}
