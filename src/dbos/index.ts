export { createDbosIntents, type DbosOptions } from "./create-dbos-intents.ts"
export type { DbosModule } from "./dbos-module.ts"
