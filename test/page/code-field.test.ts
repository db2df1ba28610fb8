import { JSDOM } from "jsdom"
import { expect, it } from "vitest"
import { tidyCode } from "../../src/page/code-field.ts"

it("A code in a field that the host has made one for numbers is left alone", () => {
  const { document, Event } = new JSDOM().window
  const input = document.createElement("input")
  input.type = "number"
  input.value = "1234"
  expect(tidyCode(input, new Event("input"), 4)).toBe(false)
  expect(input.value).toBe("1234")
})
