import type { Page } from "@playwright/test";

export type ApiAnswer<T> = { status: number; body: T };

/** A call that takes longer fails by itself, so that nobody has to guess what a journey waited for. */
const CALL_LIMIT_MS = 50_000;

/** The REST API as the signed-in browser calls it: its cookie, its origin. */
export class Api {
  constructor(private readonly page: Page) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<ApiAnswer<T>> {
    return this.page.evaluate(
      async ({ method, path, body, limitMs }) => {
        const answer = await fetch(`/api/v1${path}`, {
          method,
          signal: AbortSignal.timeout(limitMs),
          ...(body === undefined
            ? {}
            : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
      },
      { method, path, body, limitMs: CALL_LIMIT_MS },
    );
  }

  /** The body of a call that must succeed. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Uploads text as a file, the way the page does. */
  async upload(workroomId: string, filePath: string, text: string): Promise<number> {
    return this.page.evaluate(
      async ({ workroomId, filePath, text }) => {
        const url = `/api/v1/workrooms/${workroomId}/upload?path=${encodeURIComponent(filePath)}`;
        return (await fetch(url, { method: "PUT", body: new Blob([text]) })).status;
      },
      { workroomId, filePath, text },
    );
  }

  async download(workroomId: string, filePath: string): Promise<{ status: number; text: string }> {
    return this.page.evaluate(
      async ({ workroomId, filePath }) => {
        const url = `/api/v1/workrooms/${workroomId}/download?path=${encodeURIComponent(filePath)}`;
        const answer = await fetch(url);
        return { status: answer.status, text: await answer.text() };
      },
      { workroomId, filePath },
    );
  }
}
