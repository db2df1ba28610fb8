import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openStage, type Stage } from "./stage.ts"
import { visit } from "./visitor.ts"

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

describe("ConnectAccount", () => {
  it("connects an account with a code", () =>
    visit(stage, async (visitor) => {
      await visitor.login("2fa")
      await visitor.reach("Enter your code")
      await visitor.enterCode("123456")
      await visitor.reach("Connected")
      expect(await visitor.told()).toEqual([
        expect.stringContaining('connected {"status":"connected","provider":"INSTAGRAM"'),
        expect.stringContaining("end "),
      ])
    }))
})
