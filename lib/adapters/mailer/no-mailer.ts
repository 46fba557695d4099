import { AppError } from "@/lib/errors";
import type { Mailer } from "@/lib/ports/mailer";

/** No mail server is set up: links are copied by hand. */
export const noMailer: Mailer = {
  isSetUp: false,
  send: () => Promise.reject(new AppError("unavailable", "No mail server is set up.")),
};
