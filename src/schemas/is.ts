import * as v from "valibot"

/** A value that passes a test, and what to call it to those who got it wrong. */
export const is = <Value>(expected: string, test: (value: Value) => boolean) =>
  v.custom<Value>((value) => test(value as Value), expected)

/** A text that a pattern matches whole. */
export const matches = (value: unknown, pattern: RegExp) => typeof value === "string" && pattern.test(value)

export const text = (most: number) =>
  is<string>(`a text of 1 to ${most} characters`, (value) => matches(value, /./s) && value.length <= most)

export const between = (least: number, most: number) =>
  is<number>(
    `a number from ${least} to ${most}`,
    (value) => typeof value === "number" && value >= least && value <= most,
  )

export const flag = is<boolean>("true or false", (value) => typeof value === "boolean")

export const method = is<(...args: never[]) => unknown>("a function", (value) => typeof value === "function")
