import { describe, expect, it, vi } from "vitest"
import { signName } from "../../src/server/hosted-name.ts"
import { parseAccountStatus } from "../../src/server/parse-account-status.ts"
import { parseNotification } from "../../src/server/parse-notification.ts"
import { getStatusKey } from "../../src/server/status-key.ts"

const secret = "the signing secret, of 32 characters or more"
const time = 1_700_000_000_000
const clock = { now: () => time }

const sound = await signName("user_1234", time + 1, secret)
const [user = "", expiry = "", signature = ""] = sound.split(".")
const otherSignature = await getStatusKey(secret)
const otherSecret = await signName("user_1234", time + 1, `${secret}!`)
const parse = (name: unknown, more: object = {}) =>
  parseNotification({ status: "CREATION_SUCCESS", account_id: "acc_1", name, ...more }, { secret, clock })

const encode = (text: string) => btoa(text).replaceAll("=", "")

describe("a notification", () => {
  it.each(["CREATION_SUCCESS", "RECONNECTED"])("of %s says whose account it is", async (status) => {
    expect(await parse(sound, { status, more: 1 })).toEqual({ status, accountId: "acc_1", userId: "user_1234" })
  })

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "CREATION_SUCCESS"],
    ["a list", []],
    ["no status", { account_id: "acc_1", name: sound }],
    ["another status", { status: "CREATION_FAILED", account_id: "acc_1", name: sound }],
    ["no account", { status: "CREATION_SUCCESS", name: sound }],
    ["an account that is no text", { status: "CREATION_SUCCESS", account_id: {}, name: sound }],
    ["no name", { status: "CREATION_SUCCESS", account_id: "acc_1" }],
    ["a name that is too long", { status: "CREATION_SUCCESS", account_id: "acc_1", name: "a".repeat(4001) }],
  ])("that is %s is malformed", async (_, body) => {
    await expect(parseNotification(body, { secret, clock })).rejects.toMatchObject({
      name: "NotificationError",
      type: "malformed",
    })
  })

  it("is expired from the moment that its name says", async () => {
    await expect(parse(await signName("user_1234", time, secret))).rejects.toMatchObject({ type: "expired" })
    await expect(parse(await signName("user_1234", 0, secret))).rejects.toMatchObject({ type: "expired" })
  })
})

describe("a forged name", () => {
  it.each<[string, string]>([
    ["the bare user", "user_1234"],
    ["no signature", `${user}.${expiry}`],
    ["an empty signature", `${user}.${expiry}.`],
    ["another user", `${encode("user_1235")}.${expiry}.${signature}`],
    ["a later end", `${user}.${(time + 2).toString(36)}.${signature}`],
    ["a signature cut short", sound.slice(0, -1)],
    ["a longer signature", `${sound}A`],
    ["a part more", `${sound}.${signature}`],
    ["its parts shifted", `${user.slice(0, -1)}.${user.slice(-1)}${expiry}.${signature}`],
    ["padding", `${sound}=`],
    ["the secret's other signature", `${user}.${expiry}.${otherSignature}`],
    ["another secret's signature", otherSecret],
  ])("is refused: %s", async (_, name) => {
    await expect(parse(name)).rejects.toMatchObject({ name: "NotificationError", type: "forged" })
  })

  it("is refused with any one bit of it turned", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    const turned = [...sound].flatMap((character, index) =>
      [1, 2, 4, 8, 16, 32].map((bit) => {
        const other = alphabet[alphabet.indexOf(character) ^ bit] ?? "A"
        return sound.slice(0, index) + other + sound.slice(index + 1)
      }),
    )
    const outcomes = await Promise.all(turned.map((name) => parse(name).catch((error) => error.type)))
    expect(new Set(outcomes)).toEqual(new Set(["forged"]))
  })

  it("is compared by the platform, in constant time, and by nothing else", async () => {
    const verify = vi.spyOn(crypto.subtle, "verify").mockResolvedValue(true)
    try {
      const forged = `${user}.${expiry}.${"A".repeat(43)}`
      expect((await parse(forged)).userId).toBe("user_1234")
      expect(verify).toHaveBeenCalledTimes(1)
      expect(verify.mock.calls[0]?.[0]).toBe("HMAC")
    } finally {
      verify.mockRestore()
    }
  })

  it("says nothing of what it was", async () => {
    const error = await parse("user_1234.secret").catch((error: unknown) => error)
    expect(String(error)).toBe("NotificationError: The notification is not signed by this host")
  })
})

it("needs a secret that nobody can guess", async () => {
  const body = { status: "RECONNECTED", account_id: "acc_1", name: sound }
  await expect(parseNotification(body, { secret: "hunter2" })).rejects.toThrow(/secret: it should be a text of 32/)
})

describe("an account's status", () => {
  it.each([
    ["CREDENTIALS", true],
    ["OK", false],
    ["credentials", false],
  ])("of %s tells whether to reconnect: %s", (status, needsReconnect) => {
    const read = parseAccountStatus({ account_id: "acc_1", status, more: 1 })
    expect(read).toEqual({ accountId: "acc_1", status, needsReconnect })
  })

  it.each([
    undefined,
    null,
    [],
    {},
    { account_id: "acc_1" },
    { account_id: "", status: "OK" },
    { account_id: 1, status: "OK" },
  ])("is malformed as %j", (body) => {
    expect(() => parseAccountStatus(body)).toThrow("The notification is not of a known shape")
  })
})
