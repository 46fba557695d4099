import { z } from "zod";
import { api } from "./api";

const Ticket = z.object({ ticket: z.string(), url: z.url().optional() });
type Ticket = z.infer<typeof Ticket>;

type TicketPurpose = "live" | "terminal" | "preview" | "app";

/** A one-use pass of a minute: for a socket (first message) or for another origin (its `url` carries it). */
export async function requestTicket(purpose: TicketPurpose, objectId?: string): Promise<Ticket> {
  return Ticket.parse(
    await api<unknown>("/tickets", {
      method: "POST",
      body: objectId === undefined ? { purpose } : { purpose, objectId },
    }),
  );
}
