import { expect, it } from "vitest"
import { findSecrets } from "../../src/testing/find-secrets.ts"

const secret = "correct+horse >>>???"

it.each<[string, string]>([
  ["as it is", `x-login: ${secret}`],
  ["as encodeURIComponent writes it", `?password=${encodeURIComponent(secret)}`],
  ["as encodeURI writes it", `?password=${encodeURI(secret)}`],
  ["as URLSearchParams writes it", `?${new URLSearchParams({ secret })}`],
  ["beside what cannot be decoded", `?from=%e4&password=${encodeURIComponent(secret)}`],
  ["in base64", btoa(secret)],
  ["in base64, one byte after the start", btoa(`_${secret}_`)],
  ["in base64, two bytes after the start", btoa(`__${secret}__`)],
  ["in base64 in a URL", `?login=${encodeURIComponent(btoa(secret))}`],
  ["in base64url", Buffer.from(`ada:${secret}`).toString("base64url")],
])("finds a secret %s", (_, text) => expect(findSecrets(text, ["another", secret])).toEqual([secret]))

it("finds a secret of other letters in base64", () => {
  expect(findSecrets(Buffer.from("ada:Grüße").toString("base64"), ["Grüße"])).toEqual(["Grüße"])
})

it("finds none where there is a part of one", () => {
  expect(findSecrets("?password=correct%2Bhorse", [secret])).toEqual([])
})
