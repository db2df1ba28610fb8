/**
 * Records of version 0.1 (commit c269c63), copied from the output of its `advanceIntent` on its own sandbox, with the
 * credentials `2fa` and then the code `000000`, and with `in-app-pending-3`. That version kept the words of an error,
 * and always wrote `timedOut`. The time of the deadlines begins at 0.
 */
export const recordsOfBefore = {
  wrongCode: {
    version: 1,
    revision: 2,
    provider: "INSTAGRAM",
    state: "checkpoint",
    accountId: "acc_e9b4e984-fb3d-46cf-bee7-8f0bb19f6e78",
    checkpoint: { type: "2FA" },
    expiresAt: 300_000,
    attempts: 1,
    failure: {
      type: "errors/invalid_checkpoint_solution",
      status: 401,
      title: "Invalid checkpoint solution",
      detail: "This does not solve the checkpoint.",
      instance: "req_d62f7bd0-6844-48ed-af8e-faef0b83c1d6",
      recovery: "correct",
    },
    timedOut: false,
  },
  approval: {
    version: 1,
    revision: 1,
    provider: "INSTAGRAM",
    state: "checkpoint",
    accountId: "acc_d0e361da-f092-4042-a8c6-ae707073b85b",
    checkpoint: { type: "IN_APP_VALIDATION" },
    expiresAt: 300_000,
    attempts: 0,
    timedOut: false,
  },
} as const
