import { expectTypeOf } from "vitest"
import type { createPageDriver, PageFields, PageLocator, PageLocators } from "../../src/testing/index.ts"

// What a page driver takes can be written down by name.
expectTypeOf<Parameters<typeof createPageDriver>[1]>().toEqualTypeOf<PageLocators>()
expectTypeOf<PageLocators["fields"]>().toEqualTypeOf<Partial<PageFields> | undefined>()
expectTypeOf<PageFields["username"]>().toEqualTypeOf<PageLocator>()
