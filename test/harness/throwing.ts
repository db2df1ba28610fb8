/** Throws a value, where only an expression may be written. */
export const throwing = (thrown: unknown): never => {
  throw thrown
}
