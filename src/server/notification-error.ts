const messages = {
  malformed: "The notification is not of a known shape",
  forged: "The notification is not signed by this host",
  expired: "The notification came after its link had expired",
}

/** Says why a notification is refused; it holds nothing of what it was. */
export class NotificationError extends Error {
  override readonly name = "NotificationError"
  readonly type: keyof typeof messages

  constructor(type: keyof typeof messages) {
    super(messages[type])
    this.type = type
  }
}
