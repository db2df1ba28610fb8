import { check } from "../schemas/check.ts"
import { notificationOptions } from "../schemas/hosted.schema.ts"
import { admitMethod } from "./admit.ts"
import { NotificationError } from "./notification-error.ts"
import { type AccountStatus, parseAccountStatus } from "./parse-account-status.ts"
import { type AccountNotification, parseNotification } from "./parse-notification.ts"
import { readJson } from "./read-json.ts"
import { Refusal } from "./refusal.ts"
import { isStatusKey } from "./status-key.ts"

export interface NotificationHandlerOptions {
  /** That of `createHostedAuth`. */
  secret: string
  /** Stores whose account was connected, or connected again; upsert, as a notification can come twice. */
  onConnected: (notification: AccountNotification) => unknown
  /** Asks the person to sign in anew; it can be called twice. */
  onNeedsReconnect: (status: AccountStatus) => unknown
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof NotificationError)) return new Refusal(500, "errors/unexpected_error", "Unexpected error")
  if (error.type === "malformed") return new Refusal(400, "errors/invalid_parameters", error.message)
  return new Refusal(403, "errors/unknown_authentication_context", error.message)
}

/**
 * Hears what the API posts: at a `notify_url`, that an account was connected; at that URL with
 * `?key=` and what `getStatusKey(secret)` gives, that an account has another status. It answers 204 once the
 * callback has resolved, and 500 where that threw, so that the sender tries again.
 * @throws AuthIntentError `invalid_option`.
 */
export function createNotificationHandler(
  options: NotificationHandlerOptions,
): (request: Request) => Promise<Response> {
  check(notificationOptions, options, "invalid_option", "createNotificationHandler")
  const { secret, onConnected, onNeedsReconnect } = options

  /** Gives what is to be done about a notification that can be trusted. */
  async function understand(request: Request): Promise<() => unknown> {
    admitMethod(request)
    const key = new URL(request.url).searchParams.get("key")
    if (key !== null && !(await isStatusKey(key, secret))) throw new NotificationError("forged")
    const body = await readJson(request, (json) => json)
    if (key === null) {
      const notification = await parseNotification(body, { secret })
      return () => onConnected(notification)
    }
    const status = parseAccountStatus(body)
    return () => status.needsReconnect && onNeedsReconnect(status)
  }

  return async (request) => {
    const tell = await understand(request).catch(toRefusal)
    if (tell instanceof Refusal) return tell.toResponse()
    try {
      await tell()
      return new Response(null, { status: 204 })
    } catch {
      // Whatever the host throws is its own, and to be sent again.
      return new Refusal(500, "errors/unexpected_error", "The notification could not be stored").toResponse()
    }
  }
}
