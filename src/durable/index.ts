export { createDurable, type Durable } from "./create-durable.ts"
export type {
  DurableIntent,
  DurableIntents,
  DurableOptions,
  DurableResult,
  IntentEnd,
  JournaledStep,
} from "./durable-intent.ts"
