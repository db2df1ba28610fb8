/** What lets a page of another origin, if the host named it, send its cookies and read the answer. */
export function corsHeaders({ headers }: Request, origins: readonly string[]): Record<string, string> {
  const origin = headers.get("origin")
  if (origin === null || !origins.includes(origin)) return { vary: "origin" }
  return {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after",
  }
}

/** Answers what a browser asks before it sends across origins; `undefined` where it may not send, or did not ask. */
export function answerPreflight({ method, headers }: Request, origins: readonly string[]): Response | undefined {
  if (method !== "OPTIONS" || !origins.includes(headers.get("origin") ?? "")) return undefined
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": headers.get("access-control-request-headers") ?? "content-type",
    },
  })
}
