declare module "express" {
  import type { RequestListener } from "node:http"

  /** The part of Express that these tests mount. */
  interface App extends RequestListener {
    all(path: string, listener: RequestListener): void
    use(middleware: unknown): App
  }

  const express: { (): App; json(): unknown }
  export default express
}
