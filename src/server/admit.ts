import { Refusal } from "./refusal.ts"

/** Tells whether an origin is the request's own, or one of those that the host named. */
export const isAllowedOrigin = (origin: string, request: Request, origins: readonly string[]): boolean =>
  origin === new URL(request.url).origin || origins.includes(origin)

/** @throws Refusal where the method does not belong. */
export function admitMethod({ method }: Request): void {
  if (method === "POST") return
  throw new Refusal(405, "errors/method_not_allowed", "Method not allowed", { headers: { allow: "POST" } })
}

/** @throws Refusal where the method, the origin or the content type does not belong. */
export function admit(request: Request, origins: readonly string[]): void {
  admitMethod(request)
  const origin = request.headers.get("origin")
  if (origin !== null && !isAllowedOrigin(origin, request, origins)) {
    throw new Refusal(403, "errors/insufficient_permissions", "This origin may not connect accounts")
  }
  // A form of another site can send any other type without being asked first.
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) {
    throw new Refusal(415, "errors/invalid_request", "The content type should be application/json")
  }
}
