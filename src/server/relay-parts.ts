import type { createDeliveries } from "./deliveries.ts"
import type { Report } from "./host.ts"
import type { KeyRing } from "./keys.ts"
import type { RelayLimits } from "./limits.ts"
import type { Store } from "./store.ts"

/** What the routes of a relay share. */
export interface RelayParts {
  keys: KeyRing
  store: Store
  limits: RelayLimits
  deliveries: ReturnType<typeof createDeliveries>
  report: Report
  now: () => number
}
