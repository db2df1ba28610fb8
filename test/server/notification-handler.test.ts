import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { createHostedAuth, type LinkOptions } from "../../src/server/create-hosted-auth.ts"
import { createNotificationHandler } from "../../src/server/create-notification-handler.ts"
import { NotificationError } from "../../src/server/notification-error.ts"
import type { AccountStatus } from "../../src/server/parse-account-status.ts"
import type { AccountNotification } from "../../src/server/parse-notification.ts"
import { getStatusKey } from "../../src/server/status-key.ts"
import { apiKey, read } from "./host-relay.ts"

const secret = "the signing secret, of 32 characters or more"
const start = 1_700_000_000_000
const hour = 3_600_000
const notifyUrl = "https://app.example.com/notify"

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A host with two tables, and the API that it made links with. */
function host(callbacks: Partial<Parameters<typeof createNotificationHandler>[0]> = {}) {
  const accounts = new Map<string, string>()
  const mails: string[] = []
  const heard: (AccountNotification | AccountStatus)[] = []
  const names: string[] = []
  const { createLink } = createHostedAuth({
    apiKey,
    secret,
    fetch: async (_, init) => {
      names.push(JSON.parse(String(init.body)).name)
      return Response.json({ object: "HostedAuthURL", url: "https://auth.postpress.ai/x" }, { status: 201 })
    },
  })
  const handle = createNotificationHandler({
    secret,
    onConnected: (notification) => {
      heard.push(notification)
      accounts.set(notification.accountId, notification.userId)
    },
    onNeedsReconnect: (status) => {
      heard.push(status)
      mails.push(`${accounts.get(status.accountId)}: ${status.accountId}`)
    },
    ...callbacks,
  })
  return {
    accounts,
    mails,
    heard,
    handle,
    /** The name that a link for one user carries. */
    async link(userId: string, more: Partial<LinkOptions> = {}): Promise<string> {
      const expiresOn = new Date(start + hour).toISOString()
      await createLink({ type: "create", userId, providers: "*", expiresOn, notify_url: notifyUrl, ...more })
      return names.at(-1) ?? ""
    },
    async post(body: unknown, query = "") {
      const text = typeof body === "string" ? body : JSON.stringify(body)
      return (await read(await handle(new Request(`${notifyUrl}${query}`, { method: "POST", body: text })))).short
    },
  }
}

const connected = (name: string, accountId = "acc_1") => ({ status: "CREATION_SUCCESS", account_id: accountId, name })
const stored = "204"

describe("a callback", () => {
  it("stores whose account was connected", async () => {
    const { link, post, accounts } = host()
    expect(await post(connected(await link("ada")))).toBe(stored)
    expect([...accounts]).toEqual([["acc_1", "ada"]])
  })

  it("is answered once it is stored, and not before", async () => {
    let done = () => {}
    const onConnected = vi.fn(
      () =>
        new Promise<void>((resolve) => {
          done = resolve
        }),
    )
    const { link, post } = host({ onConnected })
    const answered = vi.fn()
    const answer = post(connected(await link("ada"))).then(answered)
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalled())
    await new Promise(setImmediate)
    expect(answered).not.toHaveBeenCalled()
    done()
    await answer
    expect(answered).toHaveBeenCalledWith(stored)
  })

  it("is stored once, however often it comes, and heard each time", async () => {
    const { link, post, accounts, heard } = host()
    const callback = connected(await link("ada"))
    expect(await Promise.all([post(callback), post(callback)])).toEqual([stored, stored])
    expect(await post(callback)).toBe(stored)
    expect([...accounts]).toEqual([["acc_1", "ada"]])
    expect(heard).toHaveLength(3)
  })

  it.each([
    ["as its link is made", 0, stored],
    ["as its link expires", hour, stored],
    ["just in time", 2 * hour - 1, stored],
    ["an hour after its link", 2 * hour, "403 errors/unknown_authentication_context"],
  ])("that comes %s is answered %i ms on with %s", async (_, ms, short) => {
    const { link, post, heard } = host()
    const name = await link("ada")
    vi.setSystemTime(start + ms)
    expect(await post(connected(name))).toBe(short)
    expect(heard).toHaveLength(short === stored ? 1 : 0)
  })

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("the database is away")
      },
    ],
    ["rejects", () => Promise.reject(new Error("the database is away"))],
    [
      "throws an error of ours",
      () => {
        throw new NotificationError("forged")
      },
    ],
  ])("is to be sent again where the host %s", async (_, onConnected) => {
    const { link, handle } = host({ onConnected })
    const body = JSON.stringify(connected(await link("ada")))
    const { short, text } = await read(await handle(new Request(notifyUrl, { method: "POST", body })))
    expect(short).toBe("500 errors/unexpected_error")
    expect(text).not.toContain("database")
  })

  it("for one user names no other", async () => {
    const { link, post, accounts } = host()
    const [ada, bob] = [await link("ada"), await link("bob")]
    const [user] = bob.split(".")
    expect(await post(connected([user, ...ada.split(".").slice(1)].join(".")))).toBe(
      "403 errors/unknown_authentication_context",
    )
    expect(accounts.size).toBe(0)
  })
})

describe("what is no callback", () => {
  it.each<[string, unknown, string]>([
    ["an unsigned name", connected("ada"), "403 errors/unknown_authentication_context"],
    ["another shape", { status: "CREATION_SUCCESS" }, "400 errors/invalid_parameters"],
    ["half a JSON", '{"status":', "400 errors/malformed_request"],
    ["nothing", "", "400 errors/malformed_request"],
    ["too much", "x".repeat(17_000), "413 errors/content_too_large"],
    ["a status with no key", { account_id: "acc_1", status: "CREDENTIALS" }, "400 errors/invalid_parameters"],
  ])("is refused: %s", async (_, body, short) => {
    const { post, heard } = host()
    expect(await post(body)).toBe(short)
    expect(heard).toEqual([])
  })

  it("is refused: a GET", async () => {
    const { handle } = host()
    const answer = await handle(new Request(notifyUrl))
    expect(answer.headers.get("allow")).toBe("POST")
    expect((await read(answer)).short).toBe("405 errors/method_not_allowed")
  })
})

describe("an account's status", () => {
  const status = { account_id: "acc_1", status: "CREDENTIALS" }

  it.each(["", "x", secret, "A".repeat(43)])("is refused with the key %j", async (key) => {
    const { post, heard } = host()
    expect(await post(status, `?key=${encodeURIComponent(key)}`)).toBe("403 errors/unknown_authentication_context")
    expect(heard).toEqual([])
  })

  it("is refused with the key of another secret, and with a callback's signature", async () => {
    const { post, link, heard } = host()
    const [, , signature] = (await link("ada")).split(".")
    for (const key of [await getStatusKey(`${secret}!`), signature]) {
      expect(await post(status, `?key=${key}`)).toBe("403 errors/unknown_authentication_context")
    }
    expect(heard).toEqual([])
  })

  it("that asks for nothing is taken in silence", async () => {
    const { post, heard } = host()
    expect(await post({ ...status, status: "OK" }, `?key=${await getStatusKey(secret)}`)).toBe(stored)
    expect(heard).toEqual([])
  })

  it("is to be sent again where the host could not send its mail", async () => {
    const { post } = host({ onNeedsReconnect: () => Promise.reject(new Error("no mail today")) })
    expect(await post(status, `?key=${await getStatusKey(secret)}`)).toBe("500 errors/unexpected_error")
  })
})

it("brings a person back to an account that lost its credentials", async () => {
  const { link, post, accounts, mails } = host()
  await post(connected(await link("ada")))
  const key = `?key=${await getStatusKey(secret)}`
  expect(await post({ account_id: "acc_1", status: "CREDENTIALS" }, key)).toBe(stored)
  expect(mails).toEqual(["ada: acc_1"])

  vi.setSystemTime(start + 5 * hour)
  const expiresOn = new Date(start + 6 * hour).toISOString()
  const name = await link("ada", { type: "reconnect", reconnect_account: "acc_1", expiresOn })
  expect(await post({ ...connected(name), status: "RECONNECTED" })).toBe(stored)
  expect([...accounts]).toEqual([["acc_1", "ada"]])
})

it.each<[string, object]>([
  ["secret", { secret: "hunter2" }],
  ["onConnected", { onConnected: undefined }],
  ["onNeedsReconnect", { onNeedsReconnect: "mail" }],
])("names a wrong %s", (name, wrong) => {
  const options = { secret, onConnected() {}, onNeedsReconnect() {}, ...wrong }
  expect(() => createNotificationHandler(options)).toThrow(new RegExp(`createNotificationHandler: ${name} `))
})
