/** An answer as it came. */
export interface HttpAnswer {
  status: number
  /** Its JSON, or `undefined` where it is none. */
  body: unknown
  /** When it arrived, in epoch ms. */
  at: number
  /** When to try again, in epoch ms, where it says so. */
  retryAt?: number
  /** A text without the secrets that were sent; by default as it is. */
  mask?(text: string): string
}
