/** What is used of the context of a Restate handler; that of a shared one has less. */
export interface RestateContext {
  key: string
  get<Value>(name: string): Promise<Value | null>
  set(name: string, value: unknown): void
  clear(name: string): void
  clearAll(): void
  run(name: string, action: () => Promise<unknown>): PromiseLike<unknown>
  genericSend(call: object): void
}

type Handler = (options: object, handler: (context: never, input: never) => Promise<unknown>) => unknown

/** What is used of `@restatedev/restate-sdk`, which the host imports. */
export interface RestateModule<Service> {
  object(definition: { name: string; handlers: object; options: object }): Service
  handlers: { object: { exclusive: Handler; shared: Handler } }
  serde: { json: unknown }
}
