import { createRelayTransport, providers } from "auth-intent"
import "auth-intent/react/style.css"

const query = new URLSearchParams(globalThis.location?.search)
const { provider, ...times } = JSON.parse(query.get("options") ?? "{}")

/** The options of a page: for a scenario from its address, otherwise of a product with every provider. */
const options = {
  transport: createRelayTransport({ baseUrl: "/api/auth" }),
  provider: provider ?? "INSTAGRAM",
  providers: provider ? [provider] : providers,
  ...times,
}

/** The options of each login on the page: one login, or two if the address has `twice`. */
export const logins = query.has("twice") ? [options, { ...options, storageKey: "second" }] : [options]
