import type { Provider } from "../../machines/providers.ts"

/** A sign for each provider, drawn in a square of 24. */
const marks: Record<Provider, string> = {
  INSTAGRAM:
    "M8 4h8a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4Zm8 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm1-5h.01",
  LINKEDIN: "M6 10v8M6 6h.01M11 18v-8m0 4c0-5 7-5 7 0v4",
  MESSENGER: "M12 4c11 0 11 14 0 14l-5 3v-4C1 13 4 4 12 4Zm-5 9 4-4 2 2 4-3",
  TWITTER: "M5 4l14 16M19 4 5 20",
}

/** The sign of a provider, beside its name. */
export function ProviderMark({ provider }: { provider: Provider }) {
  return (
    <svg className="ai-mark" data-provider={provider} viewBox="0 0 24 24" aria-hidden="true">
      <path d={marks[provider]} />
    </svg>
  )
}
