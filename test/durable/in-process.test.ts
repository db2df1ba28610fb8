import { describe } from "vitest"
import { describeConformance } from "./conformance.ts"
import { openInProcessBench } from "./in-process-bench.ts"

describe("intents on an engine in this process", () => describeConformance(openInProcessBench))
