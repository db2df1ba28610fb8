import type { Outcome } from "../../../machines/auth-intent.types.ts"
import { type ClientFailureType, clientFailure } from "../../failures/client-failure.ts"
import type { Ending } from "../model/catalogue.ts"

/** An actor that ends with one of the library's own failures. */
export const rejected = (type: ClientFailureType, at: number): Ending => ({
  output: { kind: "rejected", at, failure: clientFailure(type) } satisfies Outcome,
})
