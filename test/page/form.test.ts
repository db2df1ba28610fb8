import { Window } from "happy-dom"
import { expect, it } from "vitest"
import { tidyCode } from "../../src/page/form.ts"

it("A code in a field that the host has made one for numbers is left alone", () => {
  const { document, Event } = new Window()
  const input = document.createElement("input")
  input.type = "number"
  input.value = "1234"
  expect(tidyCode(input as unknown as HTMLInputElement, new Event("input") as unknown as Event, 4)).toBe(false)
  expect(input.value).toBe("1234")
})
