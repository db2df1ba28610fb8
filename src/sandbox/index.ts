export { createSandbox, type Sandbox, type SandboxOptions } from "./create-sandbox.ts"
export { type SandboxServer, type SandboxServerOptions, startSandbox } from "./start-sandbox.ts"
