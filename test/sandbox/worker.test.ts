import { Miniflare } from "miniflare"
import { expect, it, onTestFinished } from "vitest"
import { bundleWorker } from "../harness/bundle-worker.ts"
import { createClient } from "./client.ts"

async function startWorker(): Promise<string> {
  const script = await bundleWorker(new URL("./worker.ts", import.meta.url))
  const worker = new Miniflare({ modules: true, script, compatibilityDate: "2026-01-01", cf: false })
  onTestFinished(() => worker.dispose())
  return (await worker.ready).origin
}

it("a sandbox at the top of a Cloudflare worker connects, posts, and reports two requests' statuses", async () => {
  const origin = await startWorker()
  const { login, post, solve } = createClient(fetch, `${origin}/v1`)
  const account = await login("2fa")
  expect(account.short).toBe("202 2FA")
  expect((await solve(account, "123456")).short).toBe("201")
  for (const status of ["CREDENTIALS", "OK"]) {
    expect((await post("/sandbox/account-status", { account_id: "acc_1", status })).status).toBe(200)
  }
  const callbacks = await (await fetch(`${origin}/callbacks`)).json()
  expect(callbacks).toEqual(["CREDENTIALS", "OK"].map((status) => JSON.stringify({ account_id: "acc_1", status })))
})
