/** An e-mail to one address, as plain text and as HTML. */
export type Mail = { to: string; subject: string; text: string; html: string };

/** Sends e-mails, when the operator has named a mail server. */
export interface Mailer {
  /** False: nothing is sent, and nothing should be promised. */
  readonly isSetUp: boolean;
  /**
   * Hands a mail to the server within half a minute.
   *
   * @throws AppError `unavailable` when the server can't be reached or refuses it; trying again later may work
   */
  send(mail: Mail): Promise<void>;
}
