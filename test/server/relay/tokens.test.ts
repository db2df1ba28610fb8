import { hkdfSync } from "node:crypto"
import { readFileSync } from "node:fs"
import { EncryptJWT, SignJWT } from "jose"
import * as v from "valibot"
import { describe, expect, it } from "vitest"
import { createKeyRing } from "../../../src/server/keys.ts"
import { sealLogin, toUserDigest } from "../../../src/server/logins.ts"
import type { RelayOptions } from "../../../src/server/relay/create-relay.ts"
import { expectMistake } from "../../harness/expect-mistake.ts"
import { createPoster, hostRelay, key, keys } from "./host-relay.ts"

const ring = createKeyRing(keys)
const other = createKeyRing([{ id: "k1", secret: "another secret, of 32 characters or more" }])
/** Derives the key of a use. */
const derive = (use: string) => new Uint8Array(hkdfSync("sha256", key.secret, "", `auth-intent ${use}`, 32))
const altered = "403 errors/unknown_authentication_context"

/** Replaces one character by another of base64url. */
const flip = (token: string, at: number) => token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1)

async function sample() {
  const host = hostRelay()
  const expiresAt = host.clock.now() + 300_000
  const user = await toUserDigest("ada")
  const login = { id: "x", accountId: "acc_1", provider: "INSTAGRAM" as const, user, expiresAt }
  const { token } = await host.login("2fa")
  host.sent.length = 0
  return { ...host, claims: login, token }
}

describe("a token", () => {
  it("that stands for a connected account takes no solution: nothing is sent by it", async () => {
    const host = hostRelay()
    for (const connect of [() => host.login("ok"), async () => host.solve((await host.login("2fa")).token)]) {
      const { token, short } = await connect()
      expect(short).toBe("201")
      const before = host.sent.length
      expect((await host.solve(token)).short).toBe(altered)
      expect(host.sent).toHaveLength(before)
    }
  })

  it("reveals nothing of the account, the user or the provider", async () => {
    const { token, connected, solve } = await sample()
    const parts = token.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"))
    await solve(token)
    for (const text of [connected[0]?.accountId ?? "none", "ada", "INSTAGRAM"]) expect(parts.join()).not.toContain(text)
    expect(JSON.parse(parts[0] ?? "")).toEqual({ alg: "dir", enc: "A256GCM", kid: "k1", typ: "login" })
  })

  it("is refused to another user and for another provider", async () => {
    const { token, solve, sent } = await sample()
    expect((await solve(token, "123456", { user: "bob" })).short).toBe("403 errors/session_mismatch")
    expect((await solve(token, "123456", { provider: "TWITTER" })).short).toBe("403 errors/session_mismatch")
    expect(sent).toEqual([])
  })

  it("is refused wherever a character is another, where it is cut or lengthened, and in every other spelling", async () => {
    const { token, solve, sent } = await sample()
    const [head, key, iv, text, tag] = token.split(".")
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    const texts = [
      ...Array.from(token, (letter, at) => (letter === "." ? "" : flip(token, at))),
      // The last letter of a 16-byte tag has four bits beyond its bytes.
      ...Array.from(letters, (letter) => token.slice(0, -1) + letter),
      token.slice(0, -1),
      `${token}=`,
      `${token}.`,
      ` ${token}`,
      token.replace(".", ".="),
      [head, "AAAA", iv, text, tag].join("."),
      [head, key, iv, text].join("."),
      [head, key, iv, "", tag].join("."),
      "acc_1",
      ".",
      "....",
    ]
    for (const each of texts) if (each !== "" && each !== token) expect((await solve(each)).short).toBe(altered)
    expect(sent).toEqual([])
  })

  it.each<[string, object]>([
    ["with no encryption", { alg: "none", enc: "A256GCM" }],
    ["with a weaker encryption", { alg: "dir", enc: "A128GCM" }],
    ["by a password and endless rounds", { alg: "PBES2-HS256+A128KW", enc: "A256GCM", p2c: 1e9, p2s: "AAAA" }],
    ["compressed", { alg: "dir", enc: "A256GCM", zip: "DEF" }],
    ["with a critical extension", { alg: "dir", enc: "A256GCM", crit: ["exp"], exp: 1 }],
    ["with a key to fetch", { alg: "dir", enc: "A256GCM", jku: "https://evil.example" }],
    ["of a key with an unheard-of id", { alg: "dir", enc: "A256GCM", kid: "__proto__" }],
    ["of no use", { alg: "dir", enc: "A256GCM", kid: "k1" }],
  ])("is refused %s", async (_, header) => {
    const { token, solve } = await sample()
    const head = Buffer.from(JSON.stringify(header)).toString("base64url")
    expect((await solve([head, ...token.split(".").slice(1)].join("."))).short).toBe(altered)
  })

  it("is refused where another secret, another use or another shape made it", async () => {
    const { claims, solve, sent } = await sample()
    const { expiresAt, ...login } = claims
    const seal = (header: object) =>
      new EncryptJWT({ ...login, exp: expiresAt / 1000 })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: "k1", ...header })
        .encrypt(derive("login"))
    const texts = await Promise.all([
      sealLogin(claims, other),
      ring.seal("return", login, expiresAt),
      ring.sign("login", login, expiresAt),
      ring.seal("login", { ...login, accountId: "" }, expiresAt),
      ring.seal("login", { ...login, provider: "MYSPACE" }, expiresAt),
      ring.seal("login", {}, expiresAt),
      // Sealed with the right key, for another use.
      seal({ typ: "return" }),
      seal({ typ: "JWT" }),
      seal({}),
    ])
    for (const token of texts) expect((await solve(token)).short).toBe(altered)
    const name = new SignJWT({ exp: expiresAt / 1000 }).setProtectedHeader({ alg: "HS256", kid: "k1", typ: "login" })
    expect(await ring.verify("name", v.looseObject({}), await name.sign(derive("name")))).toBeUndefined()
    expect(sent).toEqual([])
    await solve(await seal({ typ: "login" }))
    expect(sent).toHaveLength(1)
  })

  it("has two users for two ids, though neither is well-formed", async () => {
    expect(await toUserDigest("\ud800")).not.toBe(await toUserDigest("\ud801"))
    expect(await toUserDigest("\ufeffada")).not.toBe(await toUserDigest("ada"))
  })

  it("has expired at the first checkpoint's deadline to the millisecond, however many checkpoints follow", async () => {
    const { login, solve, advance, sent } = hostRelay()
    let { token } = await login("2fa-then-otp")
    advance(299_000)
    ;({ token } = await solve(token))
    advance(999)
    const { token: last, short } = await solve(token, "000000")
    expect([short, last]).toEqual(["401 errors/invalid_checkpoint_solution", "undefined"])
    expect((await solve(token)).short).toBe("201")
    advance(1)
    const before = sent.length
    expect((await solve(token)).short).toBe("408 errors/request_timeout")
    expect(sent).toHaveLength(before)
  })

  it("lives no longer than a login may from the next checkpoint on, where the clock was set back", async () => {
    const { login, solve, advance } = hostRelay()
    const { token } = await login("2fa-then-otp")
    advance(-3_600_000)
    const next = await solve(token)
    advance(300_000)
    expect([next.short, (await solve(next.token)).short]).toEqual(["202 OTP", "408 errors/request_timeout"])
  })
})

const next = { id: "k2", secret: "the second secret, of 32 characters or more" }

it("keys rotate in the order that is documented, with no login lost while old and new processes serve", async () => {
  const host = hostRelay()
  const steps: RelayOptions["keys"][] = [[key], [key, next], [next, key], [next]]
  const relays = steps.map((each) => createPoster(host.host({ keys: each })))
  for (const [index, relay] of relays.entries()) {
    const { token } = await relay.login("2fa-then-otp", { user: `user-${index}` })
    // During a step of a rolling deploy the neighboring steps are up too.
    const beside = relays.slice(Math.max(0, index - 1), index + 2)
    for (const peer of beside) {
      expect((await peer.solve(token, "000000", { user: `user-${index}` })).short).toMatch(
        /invalid_checkpoint_solution/,
      )
    }
  }
})

const { secret } = key
const page = readFileSync(new URL("../../../docs/relay.md", import.meta.url), "utf8")
it.each<[string, unknown]>([
  ["without one", []],
  ["that is short", [{ id: "a", secret: "x".repeat(31) }]],
  ["of the documentation", [{ id: "a", secret: /^AUTH_INTENT_SECRET="(.+)"$/m.exec(page)?.[1] ?? secret }]],
  [
    "of the documentation, with its quotes",
    [{ id: "a", secret: /^AUTH_INTENT_SECRET=(.+)$/m.exec(page)?.[1] ?? secret }],
  ],
  ["with an id that a header cannot hold", [{ id: "a b", secret }]],
  ["with an id of another", [secret, `${secret}!`].map((secret) => ({ id: "a", secret }))],
  ["that is ill-formed", [{ id: "a", secret: `${secret}\ud800` }]],
  ["that is no text", [{ id: "a", secret: 7 }]],
  ["that is missing", undefined],
])("a key is refused %s, and its message holds nothing of it", (_, given) => {
  expectMistake(() => hostRelay({ keys: given as RelayOptions["keys"] }), "invalid_option", /key/, secret)
})
