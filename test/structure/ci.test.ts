import { expect, it } from "vitest"
import { read } from "./source-files.ts"

it("runs the line that the README shows for testing", () => {
  const [line] = /^npm .*\bnpm test\b/m.exec(read("README.md")) ?? ["none"]
  expect(read(".ci/run").split("\n")).toContain(`run '${line}'`)
})

it("publishes a tag only after all that must hold, with provenance and the repository that it names", () => {
  const steps = [...read(".github/workflows/release.yml").matchAll(/^ +(?:- )?run: (?!\|)(.+)$/gm)].map(
    ([, line]) => line,
  )
  expect(steps).toEqual([
    "bash .ci/run",
    'npm pkg set repository.type=git "repository.url=git+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"',
    "npm publish --provenance --access public",
  ])
})
