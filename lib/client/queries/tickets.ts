import { api } from "@/lib/client/api";

export type TicketPurpose = "live" | "terminal" | "preview" | "app";
export type Ticket = { ticket: string; url?: string };

/** A one-use pass for a socket or another origin; `url` is set when the ticket opens a page. */
export const createTicket = (purpose: TicketPurpose, objectId?: string) =>
  api<Ticket>("/tickets", { method: "POST", body: { purpose, ...(objectId && { objectId }) } });
