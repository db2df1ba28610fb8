/** The provider's replies: every login meets a second factor, and every code is right. */
export function replyTo(url = ""): { status: number; body: string } {
  return url.endsWith("/checkpoint")
    ? { status: 201, body: '{"object":"AccountCreated","account_id":"acc_1"}' }
    : {
        status: 202,
        body: '{"object":"Checkpoint","account_id":"acc_1","checkpoint":{"type":"2FA","source":"SMS"}}',
      }
}
