import type { Context, PersonActor } from "@/lib/domain/context";
import { enterRoom, leaveRoom } from "@/lib/domain/presence/enter-room";
import { listPresent } from "@/lib/domain/presence/list-present";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { BusSignal } from "@/lib/ports/event-bus";
import type { LiveServerMessage } from "@/lib/protocol/live";
import type { SessionWatch } from "./session-watch";

type Options = {
  ctx: Context & { actor: PersonActor };
  watch: SessionWatch;
  send: (message: LiveServerMessage) => Promise<void>;
  report: (error: unknown) => void;
};

/**
 * The room that one live socket looks at: the person counts as present there, hears who else is, and is told within a
 * second when the room is theirs no more. Steps run one after the other, so that the last word of the page holds.
 */
export class RoomPresence {
  readonly #socketId = newId("socket");
  #workroomId: string | null = null;
  #last = "";
  #queue: Promise<void> = Promise.resolve();
  #endWatch: (() => void) | undefined;
  #isClosed = false;

  constructor(private readonly options: Options) {}

  view(workroomId: string | null): void {
    this.#then(() => this.#move(this.#isClosed ? null : workroomId));
  }

  /** Keeps the row fresh, and looks again in case a signal was lost. */
  beat(): void {
    this.#then(async () => {
      const workroomId = this.#workroomId;
      if (workroomId === null) return;
      await enterRoom(this.options.ctx, { socketId: this.#socketId, workroomId });
      await this.#tell();
    });
  }

  onSignal(signal: BusSignal): void {
    if (signal.type !== "presence" || signal.workroomId !== this.#workroomId) return;
    if (signal.orgId === this.options.ctx.orgId) this.#then(() => this.#tell());
  }

  close(): void {
    this.#isClosed = true;
    this.view(null);
  }

  #then(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(step).catch((error: unknown) => {
      const isGone = error instanceof AppError && error.code === "not_found";
      if (!isGone && !this.#isClosed) this.options.report(error);
    });
  }

  async #move(workroomId: string | null): Promise<void> {
    const { ctx, watch } = this.options;
    const socketId = this.#socketId;
    const before = this.#workroomId;
    if (before === workroomId) return;
    this.#endWatch?.();
    this.#endWatch = undefined;
    this.#workroomId = null;
    if (before !== null) await leaveRoom(ctx, { socketId, workroomId: before });
    if (workroomId === null) return;
    await enterRoom(ctx, { socketId, workroomId });
    this.#workroomId = workroomId;
    this.#last = "";
    const { actor, orgId } = ctx;
    const right = { action: "workroom.read", workroomId } as const;
    this.#endWatch = watch.add({ actor, orgId, right, close: () => this.#lose(workroomId) });
    await this.#tell();
  }

  #lose(workroomId: string): void {
    this.view(null);
    if (!this.#isClosed) void this.options.send({ type: "workroom_removed", workroomId });
  }

  async #tell(): Promise<void> {
    const workroomId = this.#workroomId;
    if (workroomId === null) return;
    const people = await listPresent(this.options.ctx, workroomId);
    const text = JSON.stringify(people);
    if (text === this.#last) return;
    this.#last = text;
    await this.options.send({ type: "presence", workroomId, people });
  }
}
