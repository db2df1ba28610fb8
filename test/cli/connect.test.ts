import { describe, expect, test } from "vitest"
import { runCli } from "./run-cli.ts"

const password = "correct horse battery"

async function login(provider: string, username: string) {
  const run = runCli(["connect", "--provider", provider], { terminal: true })
  await run.sees(/Username/)
  run.types(`${username}\r`)
  await run.sees(/Password/)
  run.types(`${password}\r`)
  return run
}

describe("on a terminal", () => {
  test("a login with a wrong code, then the right one, is connected and exits with 0", async () => {
    const run = await login("instagram", "2fa")
    expect(await run.sees(/Code\s+checkpoint.twoFactor.*left/)).toContain("tab: another way")
    run.types("000000\r")
    await run.sees(/That code is not right/)
    await run.sees(/Code\s+checkpoint/)
    run.types("123456\r")
    const { code, printed } = await run.ends()
    expect(printed).toMatch(/Connected: account acc_/)
    expect(code).toBe(0)
  })

  test("the password is not echoed", async () => {
    const run = await login("instagram", "ok")
    const { printed } = await run.ends()
    expect(printed).toContain("Connected")
    expect(printed).not.toContain("correct")
    expect(printed).not.toContain("***")
  })

  test("which account is asked for first", async () => {
    const run = runCli(["connect"], { terminal: true })
    await run.sees(/Which account.*TWITTER/s)
    run.types("\r")
    await run.sees(/Username/)
    run.types("\x1b")
    expect((await run.ends()).code).toBe(1)
  })

  test("tab asks for another way", async () => {
    const run = await login("twitter", "in-app")
    await run.sees(/Approve the login.*left/s)
    run.types("\t")
    await run.sees(/Code\s+checkpoint.twoFactor/)
    run.types("123456\r")
    expect((await run.ends()).code).toBe(0)
  })

  test("up approves a Messenger login in the app", async () => {
    const run = await login("messenger", "2fa")
    await run.sees(/I approved it/)
    run.types("\x1b[A")
    expect((await run.ends()).code).toBe(0)
  })

  test("a phone number is asked for in two parts", async () => {
    const run = await login("linkedin", "phone")
    await run.sees(/Dialling code.*left/s)
    run.types("+33\r")
    await run.sees(/Phone number.*left/s)
    run.types("06 12 34 56 78\r")
    await run.sees(/Code\s+checkpoint.twoFactor/)
    run.types("123456\r")
    expect((await run.ends()).code).toBe(0)
  })

  test.each([
    ["escape", "\x1b"],
    ["control-c", "\x03"],
  ])("%s cancels, and exits with 1", async (_, key) => {
    const run = await login("instagram", "otp")
    await run.sees(/Code\s+checkpoint.otp/)
    run.types(key)
    const { code, printed } = await run.ends()
    expect(printed).toContain("(client/canceled)")
    expect(code).toBe(1)
  })

  test("a restricted account fails with what to do next", async () => {
    const run = await login("instagram", "error:403:errors/account_restricted")
    const { code, printed } = await run.ends()
    expect(printed).toContain("The provider has restricted this account. Sign in there to lift it.")
    expect(code).toBe(1)
  })
})

test("another API takes its key from the environment", async () => {
  const sandbox = runCli(["sandbox"])
  const [, url = ""] = /(http:\S+)/.exec(await sandbox.sees(/http:\S+ .*advance/s)) ?? []
  const env = { POSTPRESS_API_KEY: "sandbox" }
  const run = runCli(["connect", "--base-url", url, "--provider", "twitter"], { terminal: true, env })
  await run.sees(/Username/)
  run.types("ok\r")
  await run.sees(/Password/)
  run.types("pw\r")
  expect((await run.ends()).code).toBe(0)
  sandbox.kill("SIGINT")
  expect((await sandbox.ends()).code).toBe(0)
})

test.each([
  [["connect", "--base-url", "https://api.example.com"], "POSTPRESS_API_KEY"],
  [["connect", "--base-url", "https://api.example.com", "--provider", "facebook"], "--provider"],
  [["connect", "--unknown"], "--unknown"],
  [["connect", "twice"], "twice"],
  [["sandbox", "--port", "many"], "port"],
  [["sandbox", "--port", "65536"], "port"],
  [["dance"], "connect"],
  [[], "connect"],
])("%j is refused with a word about it and exits with 2", async (args, word) => {
  const { code, printed } = await runCli(args).ends()
  expect(printed).toContain(word)
  expect(printed).not.toMatch(/^\s+at /m)
  expect(code).toBe(2)
})

test("--help shows both commands", async () => {
  const { code, printed } = await runCli(["--help"]).ends()
  expect(printed).toMatch(/auth-intent connect.*auth-intent sandbox/s)
  expect(code).toBe(0)
})
