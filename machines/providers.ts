/** The providers whose accounts can be connected by a login. A new one is one line here. */
export const providers = ["INSTAGRAM", "LINKEDIN", "MESSENGER", "TWITTER"] as const

/** A provider whose accounts can be connected by a login. */
export type Provider = (typeof providers)[number]

/**
 * The providers that the hosted wizard offers.
 * @see postpress, Hosted auth wizard.
 */
export const hostedProviders = ["LINKEDIN", "WHATSAPP", "INSTAGRAM", "TELEGRAM", "GOOGLE", "MICROSOFT", "IMAP"] as const

/** A provider that the hosted wizard offers. */
export type HostedProvider = (typeof hostedProviders)[number]
