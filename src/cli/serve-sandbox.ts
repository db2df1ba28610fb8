import { once } from "node:events"
import { startSandbox } from "../sandbox/start-sandbox.ts"

interface ServeOptions {
  port?: string | undefined
  host?: string | undefined
}

/** Serves the sandbox until the process is interrupted. */
export async function serveSandbox({ port, host }: ServeOptions): Promise<void> {
  const sandbox = await startSandbox({ port: port === undefined ? undefined : Number(port), host })
  console.log(`The sandbox answers at ${sandbox.url} (X-API-KEY: sandbox)`)
  console.log(`Its clock moves by POST ${sandbox.url}/sandbox/advance {"ms":60000}`)
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")])
  await sandbox.close()
}
