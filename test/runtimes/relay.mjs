import { createSandbox } from "auth-intent/sandbox"
import { createRelay } from "auth-intent/server"

/** Builds a relay in front of a sandbox in process. */
export const createTestRelay = () =>
  createRelay({
    apiKey: "sandbox",
    fetch: createSandbox().fetch,
    basePath: "/api/auth",
    keys: [{ id: "k1", secret: "a secret of this test, 32 characters or more" }],
    getUserId: () => "ada",
    limits: { submits: 1000 },
    onProblem: () => {},
  })
