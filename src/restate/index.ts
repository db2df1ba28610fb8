export { createRestateIntents, type RestateModule, type RestateOptions } from "./create-restate-intents.ts"
