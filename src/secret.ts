import type { OpaqueSecret, secretType } from "../machines/auth-intent.types.ts"
import { AuthIntentError } from "./auth-intent-error.ts"

/**
 * Builds a class whose instances print as a text, in JSON, in templates and in Node's console. The class comes from a
 * call, since no bundler drops an unused class with a computed member name.
 */
const shownAs = /* @__NO_SIDE_EFFECTS__ */ (text: string) =>
  class {
    toString(): string {
      return text
    }

    toJSON(): string {
      return text
    }

    [Symbol.for("nodejs.util.inspect.custom")](): string {
      return text
    }
  }

/**
 * Holds a value that no serializer, inspector, log or clone prints, and that can be read once.
 * @example
 * const password = new Secret("correct horse")
 * JSON.stringify({ password }) // {"password":"[secret]"}
 * password.open() // "correct horse"
 */
export class Secret<T> extends shownAs("[secret]") implements OpaqueSecret<T> {
  declare readonly [secretType]: T
  #content: { value: T } | undefined

  constructor(value: T) {
    super()
    this.#content = { value }
  }

  /** Whether the value was opened or dropped, so that nothing is left to read. */
  get spent(): boolean {
    return this.#content === undefined
  }

  /**
   * Returns the value and forgets it.
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
}
