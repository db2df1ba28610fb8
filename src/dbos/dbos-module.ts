/** What is used of the class `DBOS` of `@dbos-inc/dbos-sdk`, which the host imports. */
export interface DbosModule {
  registerWorkflow<Args extends unknown[], Result>(
    workflow: (...args: Args) => Promise<Result>,
    options: { name: string; maxRecoveryAttempts: number },
  ): (...args: Args) => Promise<Result>
  startWorkflow<Args extends unknown[], Result>(
    workflow: (...args: Args) => Promise<Result>,
    options: { workflowID: string },
  ): (...args: Args) => Promise<unknown>
  runStep<Result>(
    action: () => Promise<Result>,
    options: {
      name: string
      retriesAllowed: boolean
      maxAttempts: number
      intervalSeconds: number
      backoffRate: number
    },
  ): Promise<Result>
  send<Message>(workflowId: string, message: Message, topic: string, idempotencyKey: string): Promise<void>
  recv<Message>(topic: string, options: { deadlineEpochMS: number }): Promise<Message | null>
  setEvent<Value>(key: string, value: Value): Promise<void>
  getEvent<Value>(workflowId: string, key: string, options: { timeoutSeconds: number }): Promise<Value | null>
  listWorkflows(query: object): Promise<{ workflowID: string }[]>
  deleteWorkflows(workflowIds: string[]): Promise<void>
}
