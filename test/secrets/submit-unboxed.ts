import type { AuthIntentEvent, OpaqueSecret } from "../../machines/auth-intent.types.ts"
import type { Canaries } from "./canaries.ts"

/** Credentials as they would travel if nothing boxed them. */
class Unboxed {
  readonly content: unknown

  constructor(content: unknown) {
    this.content = content
  }

  open(): unknown {
    return this.content
  }

  drop(): void {}
}

/** Submits credentials in the open. */
export function submitUnboxed({ credentials }: Canaries): AuthIntentEvent {
  const unboxed: unknown = new Unboxed(credentials)
  return { type: "credentials.submit", credentials: unboxed as OpaqueSecret }
}
