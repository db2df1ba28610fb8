import { expect, test } from "vitest"
import { judgeError } from "../../src/failures/judge-error.ts"
import { mask } from "../../src/http/mask.ts"

test("an envelope with no title is judged by its type, which stands in for it", () => {
  const type = "errors/account_mismatch"
  const failure = judgeError("solve", { status: 403, body: { type, status: 403 }, at: 0 })
  expect(failure).toMatchObject({ type, title: type, recovery: "restart" })
})

test("an empty secret hides nothing", () => {
  expect(mask("a text", [""])).toBe("a text")
})
