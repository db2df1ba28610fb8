export { createDurable, type Durable, type StepOptions } from "./create-durable.ts"
export { createEngineIntents, type DurableEngine } from "./create-engine-intents.ts"
export type {
  DurableIntent,
  DurableMessage,
  DurableOptions,
  DurableResult,
  IntentEnd,
  JournaledStep,
} from "./durable-intent.ts"
