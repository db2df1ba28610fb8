/** A promise settled by hand. */
export function createDeferred<Value = void>() {
  let resolve = (_: Value) => {}
  let reject = (_: unknown) => {}
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}
