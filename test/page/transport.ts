import type { AuthTransport } from "../../src/transports/auth-transport.ts"

/** A transport that reports a checkpoint, and connects with any code. */
export const transport: AuthTransport<{ username: string; password: string }> = {
  submit: async ({ credentials }) => {
    credentials.drop()
    return { kind: "checkpoint", accountId: "acc_1", checkpoint: { type: "2FA" } }
  },
  solve: async () => ({ kind: "connected", accountId: "acc_1" }),
}
