/**
 * Runs the page's next task or frame without the page's clock, which stands still between two moves. No time passes.
 * The function itself runs in the page.
 */
export function runTasks(): void {
  const { setTimeout, clearTimeout } = window
  const { port1, port2 } = new MessageChannel()
  const tasks = new Map<number, () => void>()
  port1.onmessage = ({ data }) => {
    const run = tasks.get(data)
    tasks.delete(data)
    run?.()
  }
  // Ids are below zero: the clock has none there.
  let id = 0
  function add(run: () => void): number {
    id -= 1
    tasks.set(id, run)
    port2.postMessage(id)
    return id
  }
  const later = (run: () => void, ms = 0, ...args: []) =>
    ms > 0 || typeof run !== "function" ? setTimeout(run, ms, ...args) : add(() => run(...args))
  window.setTimeout = later as typeof setTimeout
  window.clearTimeout = (id) => {
    if (!tasks.delete(Number(id))) clearTimeout(id)
  }
  window.requestIdleCallback = (run) => add(() => run({ didTimeout: false, timeRemaining: () => 50 }))
  window.requestAnimationFrame = (run) => add(() => run(performance.now()))
  window.cancelAnimationFrame = window.cancelIdleCallback = window.clearTimeout
}
