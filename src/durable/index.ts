export { createDurable, type Durable } from "./create-durable.ts"
export { createEngineIntents, type DurableEngine } from "./create-engine-intents.ts"
export type { DurableIntent, DurableOptions, DurableResult, IntentEnd, JournaledStep } from "./durable-intent.ts"
