/** Throws a value where the syntax needs an expression. */
export const throwing = (thrown: unknown): never => {
  throw thrown
}
