import { request } from "node:http";

const TIMEOUT_MS = 3_000;

type Target = { host: string; port: number } | { socketPath: string };

/** Whether an HTTP request is answered with a status below 500. */
export function isAnswering(target: Target, method: string, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(
      { ...target, method, path, timeout: TIMEOUT_MS, agent: false },
      (answer) => {
        answer.resume();
        resolve((answer.statusCode ?? 500) < 500);
      },
    );
    call.setHeader("content-type", "application/json");
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", () => resolve(false));
    call.end(method === "POST" ? "{}" : undefined);
  });
}
