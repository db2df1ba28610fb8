import * as v from "valibot"
import { expect, it } from "vitest"
import { only, parse } from "../src/values.schema.ts"
import { thrownBy } from "./harness/expect-mistake.ts"

it.each<[unknown, v.GenericSchema, string]>([
  [{ apiKye: "hunter2" }, only({ apiKey: v.optional(v.string()) }), "it should be without apiKye, which is no option"],
  [{ list: "hunter2" }, v.object({ list: v.array(v.string()) }), "list should be an array"],
  ["hunter2", v.object({}), "it should be an object"],
])("says what is wrong with %j, and nothing of what it was", (value, schema, message) => {
  const error = thrownBy(() => parse(schema, value, "invalid_option", "options"))
  expect(error).toMatchObject({ code: "invalid_option", message: expect.stringContaining(`options: ${message}`) })
  expect(error.message).not.toContain("hunter2")
})

it("accepts an unknown option that is undefined", () => {
  expect(parse(only({}), { apiKye: undefined }, "invalid_option", "options")).toEqual({})
})
