declare module "express" {
  import type { RequestListener } from "node:http"

  /** As much of Express as these tests mount. */
  export default function express(): RequestListener & { use(path: string, listener: RequestListener): void }
}
