export { createDbosIntents, type DbosModule, type DbosOptions } from "./create-dbos-intents.ts"
