import { describe, expect, it } from "vitest"
import { serve } from "../harness/serve.ts"
import { runEach, runTerminal } from "./run-terminal.ts"

const password = "correct horse battery"
const down = "\x1b[B"
const up = "\x1b[A"
const esc = "\x1b"
const controlC = "\x03"

const connect = (args: string[] = [], env: Record<string, string> = {}) =>
  runTerminal(["connect", ...args], { terminal: true, env })

/** Types a username and a password. With a URL, the login uses another API than its own sandbox. */
async function login(provider: string, username: string, url?: string, key = "key") {
  const run = connect(["--provider", provider, ...(url ? ["--base-url", url] : [])], { POSTPRESS_API_KEY: key })
  await run.reply(/Username: /, `${username}\r`)
  await run.reply(/Password: /, `${password}\r`)
  return run
}

describe.concurrent("on a terminal", () => {
  it("a login with a wrong code, then the right one, is connected and exits with 0", async () => {
    const run = await login("instagram", "2fa")
    expect(await run.sees(/Code \([45]:\d\d left\): /)).toMatch(
      /code for Instagram from your authenticator app.*tab: another way/s,
    )
    // The countdown runs.
    await run.reply(/Code \(4:(5[0-8]|[0-4]\d) left\): /, "000000\r")
    expect(await run.sees(/That code is not right/)).not.toContain("authenticator app")
    await run.reply(/Code \(/, "123 456\r")
    // The lines shown meanwhile are cleared.
    const printed = expect.stringMatching(/Ctrl-C cancels\.\rConnected: account acc_/)
    expect(await run.ends()).toEqual({ code: 0, printed })
  })

  it("no state's and no failure's technical name is printed", async () => {
    const run = await login("linkedin", "2fa-then-otp")
    await run.reply(/Code \(/, "000000\r")
    await run.reply(/not right.*Code \(/s, "123456\r")
    await run.reply(/LinkedIn has sent you a code/, esc)
    const { printed } = await run.ends()
    expect(printed.slice(printed.indexOf("Username: "))).not.toMatch(/checkpoint|twoFactor|errors\/|client\//)
  })

  it("the password is shown as stars alone", async () => {
    const run = await login("instagram", "ok")
    const { printed } = await run.ends()
    expect(printed).toContain("Connected")
    expect(printed).not.toContain("correct")
    expect(printed).toContain(`Password: ${"*".repeat(password.length)}\n`)
  })

  it("nothing that is pasted reaches the terminal as a command", async () => {
    const run = connect(["--provider", "instagram"])
    await run.reply(/Username: /, "a\u009b2Jb\u009dc\u0085d")
    await run.reply(/Username: a\?2Jb\?c\?d/, esc)
    const { printed } = await run.ends()
    expect(printed).not.toMatch(/[\u0080-\u009f]/)
  })

  it.each([
    ["deleted of a password", "deleted secret\x15other\r", "\x19"],
    ["typed while a request was in flight", "other\rearly secret", "\x1f"],
    ["entered as a password", "my secret\r", "\x10"],
  ])("what was %s is not brought back at the next prompt", async (_, typed, key) => {
    const run = connect(["--provider", "instagram"])
    await run.reply(/Username: /, "2fa\r")
    await run.reply(/Password: /, typed)
    await run.reply(/Code \(/, key)
    run.types("123456\r")
    const { code, printed } = await run.ends()
    expect([code, printed]).toEqual([0, expect.not.stringContaining("secret")])
  })

  it("a key that is held, and so comes several times at once, is one", async () => {
    const run = await login("instagram", "2fa")
    await run.reply(/Code \(/, "\t\t")
    await run.reply(/Instagram has sent you a code/, "123456\r")
    expect((await run.ends()).code).toBe(0)
  })

  it("a login goes on after Ctrl-Z", async () => {
    const tell = "process.stdin.setRawMode=(isRaw)=>console.log(['suspended','resumed'][Number(isRaw)])"
    const run = connect(["--provider", "instagram"], { NODE_OPTIONS: `--import=data:text/javascript,${tell}` })
    await run.reply(/Username: /, "\x1a")
    await run.sees(/suspended/)
    // The process may stop a moment later.
    const goOn = setInterval(() => run.kill("SIGCONT"), 20)
    await run.reply(/resumed/, "2fa\r").finally(() => clearInterval(goOn))
    await run.reply(/Password: /, controlC)
    expect((await run.ends()).code).toBe(130)
  })

  it("what is typed while a request is in flight is not printed and not sent", async () => {
    const run = await login("instagram", "2fa")
    run.types(password)
    await run.reply(/Code \(/, "123456\r")
    const { code, printed } = await run.ends()
    expect([code, printed.includes("correct")]).toEqual([0, false])
  })

  it("the username is kept after a wrong password, and can be changed, in which a tab adds nothing", async () => {
    const run = await login("instagram", "nobody")
    await run.reply(/The username or password is not right.*Username: nobody/s, "\r")
    await run.reply(/Password: /, "again\r")
    await run.reply(/Username: nobody/, "\x15o")
    await run.reply(/Username: o/, "\t")
    await run.reply(/Username: o/, "k\r")
    await run.reply(/Password: /, "again\r")
    expect((await run.ends()).code).toBe(0)
  })

  it.each([
    ["a number", "2\r", "LinkedIn"],
    ["a name", " twitter \r", "X \\(Twitter\\)"],
    ["another of its names", "x\r", "X \\(Twitter\\)"],
  ])("the account is chosen by %s", async (_, typed, name) => {
    const run = connect()
    await run.reply(/\d {2}X \(Twitter\).*Which account\? Number or name: /s, "\r")
    for (const next of ["9\r", typed]) await run.reply(/Type a number from 1 to \d+.*Which account/s, next)
    await run.reply(new RegExp(`Sign in as you do at ${name}\\..*Username`, "s"), esc)
    expect((await run.ends()).code).toBe(1)
  })

  it.each([esc, "\x04"])("no account is chosen with %j, which exits with 1", async (key) => {
    const run = connect()
    await run.reply(/Which account/, key)
    expect((await run.ends()).code).toBe(1)
  })

  it("too many tries are shown with the time until the next one", async () => {
    // The clock is not the system's.
    const run = await login("instagram", `${down}error:429:errors/too_many_requests`)
    await run.reply(/Try again yourself in 0:[23]\d/, controlC)
    expect((await run.ends()).code).toBe(130)
  })

  it("tab requests another way", async () => {
    const run = await login("twitter", "in-app-pending-9")
    await run.reply(/Approve the login in X \(Twitter\)'s app.*Press enter to check at once \(/s, "\t")
    await run.reply(/Code \(/, "123456\r")
    expect((await run.ends()).code).toBe(0)
  })

  it("enter polls for an approval at once", async () => {
    const run = await login("twitter", "in-app-pending-2")
    await run.reply(/Press enter to check at once/, "\r")
    await run.reply(/The approval has not arrived yet.*Press enter/s, "\r")
    expect((await run.ends()).code).toBe(0)
  })

  it("up approves a Messenger login in the app, and does nothing where that is not offered", async () => {
    const run = await login("messenger", "2fa")
    await run.reply(/up: approve in the app/, up)
    const { code, printed } = await run.ends()
    expect([code, printed]).toEqual([0, expect.not.stringContaining("from your authenticator app")])

    const other = await login("instagram", "2fa")
    expect(await other.sees(/Code \(/)).not.toContain("up:")
    other.types(`${up}\t`)
    await other.reply(/Instagram has sent you a code/, "123456\r")
    expect((await other.ends()).code).toBe(0)
  })

  it("a prompt that is longer than its line is cut to its end, and what is typed to the part around the cursor", async () => {
    const run = connect(["--provider", "linkedin"], { COLUMNS: "36" })
    await run.reply(/Username: /, "phone\r")
    await run.reply(/Password: /, `${password}\r`)
    await run.reply(/left\): /, "123456789012")
    await run.reply(/left\): 56789012/, "\x1b[H")
    await run.reply(/left\): 12345678/, controlC)
    const { printed } = await run.ends()
    const prompts = printed.split(/[\r\n]/).filter((line) => line.includes("left): "))
    expect(Math.max(...prompts.map(({ length }) => length))).toBe(35)
  })

  it("a phone number is typed in two parts, and the country code is there again where the number is refused", async () => {
    const run = await login("linkedin", "phone")
    await run.reply(/LinkedIn wants a phone number.*Country code, for example \+33 \(/s, "abc\r")
    await run.reply(/That is no phone number.*Country code, for example \+33 \([45]:\d\d left\): (?!abc)/s, "+33\r")
    await run.reply(/Phone number \(/, "12\r")
    await run.reply(/That is no phone number.*Country code, for example \+33 \([45]:\d\d left\): \+33/s, "\r")
    await run.reply(/Phone number \(/, "06 12 34 56 78\r")
    await run.reply(/Code \(/, "123456\r")
    expect((await run.ends()).code).toBe(0)
  })

  it("down moves the sandbox's clock by a minute, and five of them end the login", async () => {
    const run = await login("instagram", "otp")
    await run.reply(/Code \([45]:\d\d left\): /, down)
    await run.reply(/Code \([34]:\d\d left\): /, down.repeat(4))
    const { code, printed } = await run.ends()
    expect([code, printed]).toEqual([
      1,
      expect.stringContaining("Not connected. The time for this login is over. Start again."),
    ])
    // No countdown runs before a code is required.
    expect(printed.match(/down: a minute later/g)).toHaveLength(1)
  })

  it("a machine that has slept through the deadline ends the login", async () => {
    // In sleep the clock of the timers stands still, and the system's does not.
    const sleep = "const{now}=Date;process.on('SIGUSR2',()=>{Date.now=()=>now()+300000})"
    const run = connect(["--provider", "instagram"], { NODE_OPTIONS: `--import=data:text/javascript,${sleep}` })
    await run.reply(/Username: /, "otp\r")
    await run.reply(/Password: /, `${password}\r`)
    await run.sees(/Code \(/)
    run.kill("SIGUSR2")
    expect((await run.ends()).printed).toContain("Not connected. The time for this login is over. Start again.")
  })

  it("a clock that is set back ends no login", async () => {
    const back =
      "const{now}=Date;process.on('SIGUSR2',()=>{Date.now=()=>now()-3e5;setTimeout(console.log,200,'set-back')})"
    const run = connect(["--provider", "instagram"], { NODE_OPTIONS: `--import=data:text/javascript,${back}` })
    await run.reply(/Username: /, "otp\r")
    await run.reply(/Password: /, `${password}\r`)
    await run.sees(/Code \(/)
    run.kill("SIGUSR2")
    await run.reply(/set-back/, "123456\r")
    expect((await run.ends()).code).toBe(0)
  })

  it("an approved login is connected by itself, by a poll", async () => {
    const run = await login("twitter", "in-app")
    await run.reply(/Press enter to check at once/, down)
    expect(await run.ends()).toEqual({ code: 0, printed: expect.stringContaining("Connected") })
  })

  it("escape cancels and exits with 1", async () => {
    const run = await login("instagram", "otp")
    await run.reply(/Code \(/, esc)
    expect(await run.ends()).toEqual({
      code: 1,
      printed: expect.stringContaining("Not connected. You canceled this login."),
    })
  })

  it.each<[place: string, ...lines: string[]]>([
    ["Which account"],
    ["Username: ", "instagram"],
    ["Password: ", "instagram", "ok"],
    ["Code \\(", "instagram", "2fa", password],
    ["Press enter to check", "instagram", "in-app-pending-9", password],
    ["Country code", "instagram", "phone", password],
    ["Phone number \\(", "instagram", "phone", password, "+33"],
  ])("Ctrl-C at %s exits with 130", async (place, ...lines) => {
    const run = connect()
    const prompts = [/Which account/, /Username: /, /Password: /, /Country code/]
    for (const [index, line] of lines.entries()) await run.reply(prompts[index] ?? /never/, `${line}\r`)
    await run.reply(new RegExp(place), controlC)
    expect(await run.ends()).toEqual({ code: 130, printed: expect.not.stringMatching(/^\s+at /m) })
  })

  it.each([["\x04"], ["2fa\r", `${password}\r\x04`]])("a terminal that ends cancels: %j", async (...lines) => {
    const run = connect(["--provider", "instagram"])
    for (const line of lines) await run.reply(/(Username|Password): /, line)
    expect(await run.ends()).toEqual({ code: 1, printed: expect.stringContaining("You canceled this login") })
  })

  it("a lost response leads to a look at the accounts", async () => {
    const run = await login("instagram", "2fa-lost")
    await run.reply(/Code \(/, "123456\r")
    await run.reply(/There is no connection.*Code \(/s, "123456\r")
    expect(await run.ends()).toEqual({
      code: 1,
      printed: expect.stringContaining("The account may be connected already. Look at your accounts"),
    })
  })
})

it.concurrent("another API reads its key from the environment, and Ctrl-C ends the sandbox with 130", async () => {
  const sandbox = runTerminal(["sandbox", "--api-key", "mine"])
  const [, url = ""] = /listens at (http:\S+)/.exec(await sandbox.sees(/listens at http:\S+/)) ?? []
  const run = await login("twitter", "2fa", url, "mine")
  // This command cannot move that API's clock.
  await run.reply(/Code \(/, `${down}${down}123456\r`)
  expect(await run.ends()).toEqual({ code: 0, printed: expect.not.stringMatching(/[0-3]:\d\d left/) })
  const refused = await (await login("twitter", "ok", url, "theirs")).ends()
  expect([refused.code, refused.printed]).toEqual([1, expect.stringContaining("refused the key in POSTPRESS_API_KEY")])
  expect(refused.printed).not.toContain("a minute later")
  sandbox.kill("SIGINT")
  expect((await sandbox.ends()).code).toBe(130)
})

// Not concurrent: otherwise chance decides which test a server ends with.
it("an account id is printed without what a terminal takes for a command", async () => {
  const { url } = await serve(() =>
    Response.json({ object: "AccountCreated", account_id: "a\u009b2J\u0007" }, { status: 201 }),
  )
  const run = await login("twitter", "ok", url)
  expect(await run.ends()).toEqual({ code: 0, printed: expect.stringMatching(/Connected: account a\?2J\?\n$/) })
})

it("a request in flight is shown, and Ctrl-C cancels it and exits with 130", async () => {
  const { url } = await serve(() => undefined)
  const run = await login("twitter", "ok", url)
  await run.reply(/One moment… Ctrl-C cancels\./, controlC)
  const { code, printed } = await run.ends()
  expect([code, printed]).toEqual([
    130,
    expect.stringContaining("Not connected. The account may be connected already."),
  ])
})

it.concurrent.each<[args: string[], reason: string, env: Record<string, string>]>([
  [["--base-url", "https://api.example.com"], "POSTPRESS_API_KEY", {}],
  [["--base-url", "http://api.example.com"], "baseUrl should be https", { POSTPRESS_API_KEY: "key" }],
])("connect %j on a terminal is refused with its reason and exits with 2", async (args, reason, env) => {
  const { code, printed } = await connect(args, env).ends()
  expect([code, printed]).toEqual([2, expect.stringContaining(reason)])
})

const refused: [args: string[], reason: string][] = [
  [["connect", "--base-url", "https://api.example.com"], "need a terminal"],
  [["connect", "--provider", "linkedin"], "need a terminal"],
  [["connect", "--tour", "--base-url", "https://api.example.com"], "accepts no other option"],
  [["connect", "--tour", "--provider", "linkedin"], "accepts no other option"],
  [["connect", "--unknown"], "Unknown option '--unknown'"],
  [["connect", "--__proto__"], "Unknown option '--__proto__'"],
  [["connect", "twice"], "Unexpected argument 'twice'"],
  [["connect", "--provider"], "Option '--provider <value>' argument missing"],
  [["connect", "--provider", "facebook"], "--provider should be one of instagram"],
  [["connect", "--tour=yes"], "Option '--tour' does not take an argument"],
  [["sandbox", "--port", "many"], "port should be a whole number"],
  [["sandbox", "--port="], "port should be"],
  [["sandbox", "--api-key", "two words"], "apiKey should be"],
  [["dance"], 'the command should be "connect" or "sandbox"'],
  [[], "the command should be"],
]
const helps = [["--help"], ["-h"], ["help"], ["connect", "--help"], ["connect", "-h"]]

const lines = [...refused.map(([args]) => args), ...helps, ["--version"], ["-v"]]
const runs = await runEach(lines)

describe("with no terminal", () => {
  const runOf = (args: string[]) => runs[lines.findIndex((line) => line.join(" ") === args.join(" "))]

  it.each(refused)("%j is refused with its reason and exits with 2", (args, reason) => {
    const { code, printed } = runOf(args) ?? {}
    expect([code, printed]).toEqual([2, expect.stringContaining(reason)])
    expect(printed).not.toMatch(/^\s+at /m)
  })

  it.each(helps)("%j shows both commands", (...args) => {
    const printed = expect.stringMatching(/auth-intent connect.*auth-intent sandbox/s)
    expect(runOf(args)).toEqual({ code: 0, printed })
  })

  it.each(["--version", "-v"])("%s prints the package's", async (option) => {
    const { version } = (await import("../../package.json", { with: { type: "json" } })).default
    expect(runOf([option])).toEqual({ code: 0, printed: `${version}\n` })
  })
})
