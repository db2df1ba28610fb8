import { spawn } from "node:child_process"

/** Starts a command; `until` waits for a text in its output, `ended` for its end. Both reject if the command fails. */
export function start(command, args, options) {
  // A process group: its child processes end with it.
  const child = spawn(command, args, { ...options, detached: true })
  const closed = new Promise((resolve) => child.once("close", resolve))
  let output = ""
  const listeners = new Set()
  const notify = () => {
    for (const listener of listeners) listener()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk
      notify()
    })
  }
  child.on("exit", notify)
  const fail = () => new Error(`${command} ${args.join(" ")}: ${output}`)
  return {
    isRunning: () => child.exitCode === null,
    fail,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output)
          if (found) resolve(found[0])
          else if (child.exitCode !== null) reject(fail())
        }
        listeners.add(look)
        look()
      }),
    async ended() {
      await closed
      if (child.exitCode !== 0) throw fail()
    },
    async stop() {
      try {
        process.kill(-child.pid)
      } catch (error) {
        if (error.code !== "ESRCH") throw error
      }
      await closed
    },
  }
}
