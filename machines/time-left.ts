import { now } from "./now.ts"

/** What is left until a time by its owner's clock, in ms, and never more than `most`, whatever that clock says. */
export const timeLeft = (owner: object, until: number, most: number): number =>
  Math.min(Math.max(until - now(owner), 0), most)
