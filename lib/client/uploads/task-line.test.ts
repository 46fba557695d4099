import { expect, it } from "vitest";
import { TaskLine } from "./task-line";

it("runs tasks in order, never more at once than allowed", async () => {
  const line = new TaskLine(2);
  const ends: (() => void)[] = [];
  const log: string[] = [];
  const task = (name: string) => async () => {
    log.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
    log.push(`${name} ends`);
  };
  for (const name of ["a", "b", "c"]) line.add(task(name));
  expect(log).toEqual(["a", "b"]);
  for (const end of ends.splice(0)) end();
  await expect.poll(() => ends.length).toBe(1);
  expect(log.toSorted()).toEqual(["a", "a ends", "b", "b ends", "c"]);
  ends[0]?.();
  await expect.poll(() => log.at(-1)).toBe("c ends");
  line.add(task("d"));
  expect(log.at(-1)).toBe("d");
});
