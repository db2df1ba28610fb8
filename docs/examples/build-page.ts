import { build } from "esbuild"

const entryPoints = [`${import.meta.dirname}/login-page.tsx`]
const { outputFiles } = await build({ entryPoints, bundle: true, minify: true, jsx: "automatic", write: false })
const script = outputFiles[0]?.text.replaceAll("</script", "<\\/script")

/** The page with its script in it, as any server would send it. */
export const body = `<!doctype html><title>Log in</title><body><script type="module">${script}</script>`
