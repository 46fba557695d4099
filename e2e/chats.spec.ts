import { expect, test } from "./fixtures";
import { makeRoom } from "./support/rooms";

test("several chats of one room each have their own conversation and come back after a reload", async ({
  api,
  workroomPage: room,
  checkAccessibility,
}) => {
  const { id } = await makeRoom(api, "Two chats");
  await room.open(id);
  await room.say("Count to 1");
  await room.turnEnd();

  await room.page.getByRole("button", { name: "New chat", exact: true }).click();
  await expect(room.page.getByText("Nothing said yet")).toBeVisible();
  await room.say("Count to 2");
  await room.turnEnd();
  await expect(room.chat.getByText("Count to 1", { exact: true })).toHaveCount(0);

  await room.page.reload();
  await expect(room.chat.getByText("Count to 2", { exact: true })).toBeVisible();
  await room.page.getByRole("button", { name: "Chat: Count to 2" }).click();
  await checkAccessibility();
  await room.page.getByRole("menuitemradio", { name: "Count to 1" }).click();
  await expect(room.chat.getByText("Count to 1", { exact: true })).toBeVisible();
  await expect(room.chat.getByText("Count to 2", { exact: true })).toHaveCount(0);
  await api.call("DELETE", `/workrooms/${id}`);
});
