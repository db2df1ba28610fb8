import { createRelayTransport, providers } from "auth-intent"
import "auth-intent/react/style.css"

const query = new URLSearchParams(globalThis.location?.search)
const { provider, ...times } = JSON.parse(query.get("options") ?? "{}")

/** The options of a page: those of its address, for a scenario, or those of a product that offers every provider. */
const options = {
  transport: createRelayTransport({ baseUrl: "/api/auth" }),
  provider: provider ?? "INSTAGRAM",
  providers: provider ? [provider] : providers,
  ...times,
}

/** The options of each login on the page: of one, or of two where its address says `twice`. */
export const logins = query.has("twice") ? [options, { ...options, storageKey: "second" }] : [options]
