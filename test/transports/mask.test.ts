import { expect, test } from "vitest"
import { mask } from "../../src/http/mask.ts"

test.each<[form: string, secret: string, text: string, masked: string]>([
  ["as it is", "hunter2", "No hunter2!", "No [secret]!"],
  ["more than once", "hunter2", "hunter2, hunter2", "[secret], [secret]"],
  ["in JSON", 'a"b\\c', 'No "a\\"b\\\\c"!', 'No "[secret]"!'],
  ["in JSON within JSON", 'a"b', '{\\"pw\\":\\"a\\\\\\"b\\"}', '{\\"pw\\":\\"[secret]\\"}'],
  ["in JSON of ASCII letters alone", "pässwörd", "p\\u00e4ssw\\u00f6rd!", "[secret]!"],
  ["in a query", "a b&c", "?pw=a+b%26c&x=1", "?pw=[secret]&x=1"],
  ["in a path", "a b&c", "/pw/a%20b%26c/x", "/pw/[secret]/x"],
  ["with signs that mean something in a pattern", "a.b*c$", "a.b*c$ or axbbc", "[secret] or axbbc"],
  ["in groups of digits", "612345678", "(612) 345-6.78", "([secret]"],
])("a secret is masked %s", (_, secret, text, masked) => {
  expect(mask(text, [secret])).toBe(masked)
})

test.each<[secret: string, text: string]>([
  ["a1234", "a 1 2 3 4"],
  ["1234a", "1 2 3 4 a"],
  ["123", "1 2 3"],
  ["1234", "1, 2, 3, 4"],
  ["hunter2", "Hunter 2"],
])("what only looks like %s stays: %s", (secret, text) => {
  expect(mask(text, [secret])).toBe(text)
})

test("the longer of two secrets that begin alike is masked whole", () => {
  expect(mask("abc, ab", ["ab", "abc"])).toBe("[secret], [secret]")
})

test("a text stays as it is where there is no secret", () => {
  expect(mask("A text", [])).toBe("A text")
})
