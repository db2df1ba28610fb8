import { expectTypeOf } from "vitest"
import { createRelayTransport, type Provider } from "../../src/index.ts"
import { ConnectAccount, type PageMessages, pageMessages, type UseAuthIntent } from "../../src/react/index.ts"

const transport = createRelayTransport({ baseUrl: "/api/auth" })

// A relay or a transport, and never both or neither.
ConnectAccount({ relay: "/api/auth" })
ConnectAccount({ transport, providers: ["LINKEDIN"] })
// @ts-expect-error neither
ConnectAccount({ onEnd: () => {} })
// @ts-expect-error both
ConnectAccount({ relay: "/api/auth", transport })
// @ts-expect-error an unknown provider
ConnectAccount({ relay: "/api/auth", providers: ["MYSPACE"] })

// A translation is whole.
const { "title.code": title, ...rest } = pageMessages
expectTypeOf(title).toEqualTypeOf<string>()
// @ts-expect-error a text is missing
const partly: PageMessages = rest
void partly

// The steps have no wait, and each has its own fields.
declare const login: UseAuthIntent
expectTypeOf(login.step.kind).toEqualTypeOf<"credentials" | "code" | "approval" | "phone" | "done">()
expectTypeOf(login.provider).toEqualTypeOf<Provider>()
if (login.step.kind === "code") expectTypeOf(login.step.expiresAt).toEqualTypeOf<number>()
// @ts-expect-error the credentials are the transport's
login.submitCredentials({ pin: "1234" })
