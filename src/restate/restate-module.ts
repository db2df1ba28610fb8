/** What is used of the context of a Restate handler. */
export interface RestateContext {
  key: string
  get(name: string): Promise<unknown>
  run(name: string, action: () => Promise<unknown>): PromiseLike<unknown>
}

/** What is used of the context of a handler that alone may write. */
export interface RestateWriter extends RestateContext {
  set(name: string, value: unknown): void
  clearAll(): void
  genericSend(call: {
    service: string
    method: string
    key: string
    parameter: unknown
    inputSerde: unknown
    delay: number
  }): unknown
}

/** What is used of `@restatedev/restate-sdk`, which the host imports. */
export interface RestateModule<Service> {
  object(definition: { name: string; handlers: object; options: object }): Service
  handlers: {
    object: {
      exclusive(options: object, handler: (context: never, input: never) => Promise<unknown>): unknown
      shared(options: object, handler: (context: never, input: never) => Promise<unknown>): unknown
    }
  }
  serde: { json: unknown }
}
