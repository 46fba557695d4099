import { Owner } from "@/bench/owner";
import { type TestInstallation, until } from "@/e2e/support/installation";

const PATIENCE_MS = 90_000;

type Room = { id: string; state: string; failure: string | null; mainChatId: string };
export type Turn = { id: string; messageId: string; state: string; undo: string };
export type Message = { id: string; text: string };
export type LogEntry = { seq: number; type: string; turnId: string | null; data: unknown };

/**
 * One room as its person uses it while parts of the product die: what fails is tried again, as the page does it, and
 * what the product has acknowledged is remembered.
 */
export class SoakedRoom {
  readonly said: Message[] = [];
  readonly files = new Map<string, string>();
  private tries = 0;

  private constructor(
    readonly installation: TestInstallation,
    private readonly owner: Owner,
    private readonly room: Room,
  ) {}

  static async open(installation: TestInstallation, port: number): Promise<SoakedRoom> {
    const owner = new Owner({ host: "127.0.0.1", port }, new URL(installation.origin));
    await owner.setUp(installation.setupLink);
    const room = await owner.api<Room>("POST", "/workrooms", {
      title: "Soak",
      idempotencyKey: "soak",
    });
    return new SoakedRoom(installation, owner, room);
  }

  /** Asks until the product answers; a refusal is no outage and is thrown. */
  private async ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const isRefused = error instanceof Error && /: 4(?!29)\d\d /.test(error.message);
        if (isRefused || Date.now() > deadline)
          throw new Error(`${what} did not succeed.`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  read = () => this.ask("Reading", () => this.owner.api<Room>("GET", `/workrooms/${this.room.id}`));

  /** Returns once the message is queued; a lost answer leads to the same request again, as from the page. */
  async say(text: string): Promise<void> {
    const body = { text, attachments: [], idempotencyKey: `soak-${(this.tries += 1)}` };
    const path = `/chats/${this.room.mainChatId}/messages`;
    const message = await this.ask("Sending", () => this.owner.api<Message>("POST", path, body));
    this.said.push({ id: message.id, text });
  }

  async upload(name: string, text: string): Promise<void> {
    await this.ask("Uploading", () => this.owner.upload(this.room.id, name, text));
    this.files.set(`input/${name}`, text);
  }

  async turns(): Promise<Turn[]> {
    const path = `/chats/${this.room.mainChatId}/turns`;
    return (await this.ask("Reading", () => this.owner.api<{ turns: Turn[] }>("GET", path))).turns;
  }

  /** The whole log, page by page. */
  async log(): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    for (;;) {
      const path = `/chats/${this.room.mainChatId}/events?after=${entries.at(-1)?.seq ?? 0}&limit=1000`;
      const { events } = await this.ask("Reading", () =>
        this.owner.api<{ events: LogEntry[] }>("GET", path),
      );
      if (events.length === 0) return entries;
      entries.push(...events);
    }
  }

  download = (path: string) =>
    this.ask("Downloading", () =>
      this.owner.page(
        `/api/v1/workrooms/${this.room.id}/download?path=${encodeURIComponent(path)}`,
      ),
    );

  async isQuiet(): Promise<boolean> {
    const turns = await this.turns();
    return turns.length >= this.said.length && turns.every(({ undo }) => undo !== "running");
  }

  async sleep(): Promise<void> {
    await this.untilQuiet();
    await this.ask("Sleeping", () => this.owner.api("POST", `/workrooms/${this.room.id}/sleep`));
  }

  async wake(): Promise<void> {
    await this.ask("Waking", () => this.owner.api("POST", `/workrooms/${this.room.id}/wake`));
  }

  untilState = (state: string) =>
    until(`the room is ${state}`, async () => (await this.read()).state === state, PATIENCE_MS);

  /** A room that ended twice right after its start waits for a person: so somebody is there who wakes it. */
  async untilQuiet(limitMs = PATIENCE_MS): Promise<void> {
    const isQuiet = async () => {
      if (await this.isQuiet()) return true;
      if ((await this.read()).state === "failed") await this.wake();
      return false;
    };
    await until("every message has had its turn", isQuiet, limitMs);
  }

  /** The program of the room by its file, not the ones that reap or wrap it; null while it does not run. */
  programOf(file: "engine.cjs" | "agent.cjs"): number | null {
    const found = this.installation
      .roomPrograms()
      .find(({ command }) => command.includes(file) && !/tini|bwrap|setpriv/.test(command));
    return found?.pid ?? null;
  }
}
