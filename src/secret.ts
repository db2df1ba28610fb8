import type { OpaqueSecret, secretType } from "../machines/auth-intent.types.ts"
import { AuthIntentError } from "./auth-intent-error.ts"

const boxed = "[secret]"

/** A value that no serializer, inspector, log or clone can print, and that can be read once. */
export class Secret<T> implements OpaqueSecret<T> {
  declare readonly [secretType]: T
  #content: { value: T } | undefined

  constructor(value: T) {
    this.#content = { value }
  }

  /**
   * Gives the value, and forgets it.
   * @throws AuthIntentError `secret_spent` when it was opened or dropped before.
   */
  open(): T {
    if (this.#content === undefined) throw new AuthIntentError("secret_spent", "A secret opens only once")
    const { value } = this.#content
    this.drop()
    return value
  }

  /** Forgets the value unread. */
  drop(): void {
    this.#content = undefined
  }

  toString(): string {
    return boxed
  }

  toJSON(): string {
    return boxed
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return boxed
  }
}
