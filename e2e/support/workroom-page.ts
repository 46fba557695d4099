import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

export type WorkTabName = "Preview" | "Files" | "Changes" | "Terminal" | "App";

export const SCRIPTED = "Demo employee: scripted, no AI";

/** A workroom as a person uses it: everything by role and name. */
export class WorkroomPage {
  constructor(
    readonly page: Page,
    private readonly orgSlug: string,
  ) {}

  get firstComposer(): Locator {
    return this.page.getByRole("textbox", { name: "What should we build?" });
  }
  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }
  get chat(): Locator {
    return this.page.getByRole("log", { name: "Chat" });
  }
  /** State with its reason; opens the walls. */
  get chip(): Locator {
    return this.page.getByRole("button", { name: /Show the walls/ });
  }
  get lastTurn(): Locator {
    return this.chat.getByRole("article", { name: SCRIPTED }).last();
  }
  get preview(): FrameLocator {
    return this.page.frameLocator('iframe[title^="Preview"]');
  }
  get workroomId(): string {
    const id = /workrooms\/(wr_[0-9a-z]+)/.exec(this.page.url())?.[1];
    if (!id) throw new Error(`This is no workroom: ${this.page.url()}`);
    return id;
  }

  async openHome(): Promise<void> {
    await this.page.goto(`/${this.orgSlug}`);
    await expect(this.firstComposer).toBeVisible();
  }

  async open(workroomId: string): Promise<void> {
    await this.page.goto(`/${this.orgSlug}/workrooms/${workroomId}`);
    await expect(this.chat).toBeVisible();
  }

  async addFile(name: string, text: string | Buffer, type = "text/csv"): Promise<void> {
    await this.page
      .getByLabel("Files to add")
      .setInputFiles({ name, mimeType: type, buffer: Buffer.from(text) });
  }

  /** Drops a file onto the page, as from the desktop. */
  async dropFile(name: string, text: string): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      ({ name, text }) => {
        const data = new DataTransfer();
        data.items.add(new File([text], name, { type: "text/csv" }));
        return data;
      },
      { name, text },
    );
    const target = this.firstComposer.or(this.composer).first();
    for (const type of ["dragenter", "dragover", "drop"])
      await target.dispatchEvent(type, { dataTransfer: transfer });
  }

  async startRoom(text: string): Promise<void> {
    await this.firstComposer.fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
    await this.page.waitForURL(/\/workrooms\/wr_/);
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await expect(this.chat.getByText(text, { exact: true }).last()).toBeVisible();
  }

  /** Waits until nothing runs: the last turn tells how long it took. */
  async turnEnd(timeout = 60_000): Promise<void> {
    await expect(this.page.getByRole("button", { name: "Stop", exact: true })).toHaveCount(0, {
      timeout,
    });
    await expect(this.lastTurn.getByText(/Working/)).toHaveCount(0, { timeout });
  }

  async showTab(name: WorkTabName): Promise<void> {
    const tab = this.page.getByRole("tab", { name });
    // Clicking the tab that is open closes the panel.
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
    await expect(tab).toHaveAttribute("aria-selected", "true");
  }

  async sleep(): Promise<void> {
    await this.page.getByRole("button", { name: "More for this workroom" }).click();
    await this.page.getByRole("menuitem", { name: "Put to sleep" }).click();
    await expect(this.chip).toHaveAccessibleName(/^Sleeping/, { timeout: 30_000 });
  }
}
