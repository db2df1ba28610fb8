export { createRestateIntents, type RestateOptions } from "./create-restate-intents.ts"
export type { RestateModule } from "./restate-module.ts"
