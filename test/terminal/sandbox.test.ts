import { exec } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { promisify } from "node:util"
import { expect, it } from "vitest"
import { runTerminal } from "./run-terminal.ts"

const shell = promisify(exec)

async function start(...args: string[]) {
  const run = runTerminal(["sandbox", ...args])
  const printed = await run.sees(/--base-url \S+/)
  return { run, printed, curls: printed.match(/^curl .*$/gm) ?? [] }
}

it.each([
  ["of its own", []],
  ["with what a shell would expand", ["--api-key", `a'b"$HOME\`id\`\\!;&`]],
])("the requests that the sandbox prints work as they are, with a key %s", async (_, args) => {
  const { run, curls } = await start(...args)
  const [login = "", advance = ""] = curls
  expect(JSON.parse((await shell(`${login} --silent --noproxy "*"`)).stdout)).toMatchObject({
    object: "Checkpoint",
    checkpoint: { type: "2FA" },
  })
  expect(JSON.parse((await shell(`${advance} --silent --noproxy "*"`)).stdout)).toMatchObject({
    object: "SandboxClock",
  })
  run.kill("SIGTERM")
  expect((await run.ends()).code).toBe(0)
})

it("a client that resets a tunnel does not end the sandbox", async () => {
  const { run, printed } = await start()
  const { origin, port } = new URL(/at (\S+)/.exec(printed)?.[1] ?? "")
  const client = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true })
  client.write("CONNECT api.postpress.ai:443 HTTP/1.1\r\nHost: localhost\r\n\r\n")
  expect(String((await once(client, "data"))[0])).toContain("HTTP/1.1 400 ")
  client.resetAndDestroy()
  await once(client, "close")
  for (const _ of [1, 2, 3]) expect((await fetch(origin, { headers: { connection: "close" } })).status).toBe(404)
  run.kill("SIGTERM")
  expect((await run.ends()).code).toBe(0)
})

it("every kind of username is listed", async () => {
  const { run, printed } = await start()
  for (const name of ["ok", "2fa", "otp", "in-app", "in-app-pending-3", "phone", "2fa-then-otp", "2fa-lost"]) {
    expect(printed).toMatch(new RegExp(`^ {2}${name} {2}`, "m"))
  }
  expect(printed).toMatch(/^ {2}error:403:errors\/account_restricted {2}/m)
  run.kill("SIGTERM")
  await run.ends()
})

it("its key is another each time, unless it is given", async () => {
  const runs = [await start(), await start(), await start("--api-key", "mine")]
  const [one, two, given] = runs.map(({ printed }) => /POSTPRESS_API_KEY='(\S+)'/.exec(printed)?.[1])
  expect(one).toMatch(/^[\w-]{36}$/)
  expect(one).not.toBe(two)
  expect(given).toBe("mine")
  for (const { run } of runs) {
    run.kill("SIGTERM")
    await run.ends()
  }
})
