import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Page } from "playwright-core"
import { expect, it } from "vitest"
import { openStage } from "./stage.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const read = (name: string) => readFile(`${root}/docs/${name}`, "utf8")
const printed = (await Promise.all(["front-end.md", "without-react.md"].map(read))).join("\n")
const start = await read("start.md")

/** The names that users import, and where they are. */
const names = {
  "auth-intent": "src/index.ts",
  "auth-intent/page": "src/page/index.ts",
  "auth-intent/react": "src/react/index.ts",
  "auth-intent/sandbox": "src/sandbox/index.ts",
  "auth-intent/server": "src/server/index.ts",
}

it("Every printed ts and tsx block of the front end's guides is complete, and compiles by itself", async () => {
  const blocks = [...printed.matchAll(/```(tsx?)(?: no-run)?\n(.*?)```/gs)]
  expect(blocks.length).toBeGreaterThan(4)
  const folder = await mkdtemp(`${root}/test/react/printed-`)
  try {
    await Promise.all(
      blocks.map(([, kind, code = ""], index) => writeFile(`${folder}/block-${index}.${kind}`, `${code}\nexport {}\n`)),
    )
    const paths = Object.fromEntries(Object.entries(names).map(([name, path]) => [name, [`${root}/${path}`]]))
    const compilerOptions = {
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      incremental: false,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      noUnusedLocals: true,
      jsx: "react-jsx",
      lib: ["ES2023", "DOM", "DOM.Iterable"],
      types: ["node"],
      rootDir: root,
      paths: { ...paths, "*.css": [`${folder}/css.d.ts`] },
    }
    await writeFile(`${folder}/css.d.ts`, 'declare module "*.css" {}\n')
    await writeFile(
      `${folder}/tsconfig.json`,
      JSON.stringify({ extends: `${root}/tsconfig.base.json`, compilerOptions, include: ["."] }),
    )
    const compile = promisify(execFile)(`${root}/node_modules/.bin/tsc`, ["-p", folder])
    const { stdout } = await compile.catch((error: { stdout: string }) => error)
    expect(stdout).toBe("")
  } finally {
    await rm(folder, { recursive: true })
  }
}, 60_000)

/** Opens a page that is printed in the guide, and closes it after. */
async function open(source: Parameters<typeof openStage>[0], play: (page: Page) => Promise<void>) {
  const stage = await openStage(source)
  try {
    const page = await stage.browser.newPage()
    page.setDefaultTimeout(8_000)
    await page.goto(`${stage.origin}/`)
    await play(page)
  } finally {
    await stage.close()
  }
}

const find = (text: string, pages = printed) => {
  const block = [...pages.matchAll(/```tsx?(?: no-run)?\n(.*?)```/gs)].find(([, code]) => code?.includes(text))
  return block?.[1] ?? ""
}

async function send(page: Page, fields: Record<string, string>) {
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name=${name}]`).fill(value)
  await page.getByText("Continue").click()
}

it("The first page of the start connects an account", () =>
  open({ contents: find("createRoot", start) }, async (page) => {
    for (const [name, value] of Object.entries({ username: "2fa", password: "correct horse" })) {
      await page.locator(`[name=${name}]`).fill(value)
    }
    await page.getByRole("button", { name: "Connect", exact: true }).click()
    await page.locator("[name=code]").fill("123456")
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByText("The account is connected.").first().waitFor()
  }))

it("The printed form on the hook connects an account", () =>
  open(
    {
      contents: `${find("export function Login").replace(", onConnected: () => location.reload()", "")}
        import { createRoot } from "react-dom/client"
        createRoot(document.getElementById("root")!).render(<Login />)`,
    },
    async (page) => {
      await send(page, { username: "phone", password: "correct horse" })
      await page.locator("[name=countryCode]").waitFor()
      await send(page, { countryCode: "33", number: "+33 6 12 34 56 78" })
      await page.locator("[name=code]").waitFor()
      await send(page, { code: "000000" })
      await page.getByText("That code is not right.").waitFor()
      await page.getByText("Try another way").click()
      await expect.poll(() => page.locator("[name=code]").inputValue()).toBe("")
      await send(page, { code: "123456" })
      await page.getByText("The account is connected.").waitFor()
    },
  ))
