import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { compile } from "../structure/compile.ts"

const entry = fileURLToPath(new URL("../../src/index.ts", import.meta.url))
const reported = compile("test/types", {
  "wrong.ts": `import { submitCode } from "${entry}"\nsubmitCode(123456)\n`,
  "right.ts": `import { submitCode } from "${entry}"\n// @ts-expect-error It compiles.\nsubmitCode("123456")\n`,
})

test("what should compile does, and what should not does not", () => {
  expect(reported.split("\n").filter((line) => line && !/(wrong|right)\.ts\(/.test(line))).toEqual([])
})

test("the compiler reports what does not compile, and what should not but does", () => {
  expect(reported).toMatch(/wrong\.ts\(2,12\): error TS2345: .*'number' is not assignable to .*'string'/)
  expect(reported).toMatch(/right\.ts\(2,1\): error TS2578: Unused '@ts-expect-error' directive/)
})
