import { expect, test } from "./fixtures";
import { ownWord } from "./support/own-word";
import { makeRoom, sendMessage } from "./support/rooms";

test.describe.configure({ timeout: 120_000 });

test("what ends elsewhere is told by a toast and the bell, and is read with its room", async ({
  page,
  api,
  orgSlug,
  checkAccessibility,
}) => {
  await page.goto(`/${orgSlug}`);
  const bell = page.getByRole("button", { name: /^Notifications/ });
  await expect(bell).toBeVisible();
  const title = `Told by the bell ${ownWord()}`;
  const room = await makeRoom(api, title);
  await sendMessage(api, room.mainChatId, "Build me a dashboard of these sales");
  await expect(page.getByRole("listitem").filter({ hasText: "Finished: Build me" })).toBeVisible({
    timeout: 60_000,
  });
  await expect(bell).toHaveAccessibleName(/unread/);

  await bell.click();
  const news = page.getByRole("menuitem", { name: new RegExp(title) });
  await expect(news).toContainText("Finished: Build me a dashboard of these sales");
  await expect(news).toContainText("Unread");
  await page.screenshot({ path: "test-results/pictures/notifications.png" });
  await checkAccessibility();
  await news.click();
  await expect(page).toHaveURL(new RegExp(`/workrooms/${room.id}`));
  await bell.click();
  await expect(page.getByRole("menuitem", { name: new RegExp(title) })).not.toContainText("Unread");
});

test("the service worker shows a push message, and the settings say what this browser does", async ({
  page,
  context,
  orgSlug,
  baseURL,
  checkAccessibility,
}) => {
  await context.grantPermissions(["notifications"], { origin: baseURL ?? "" });
  await page.goto(`/${orgSlug}/settings/notifications`);
  await expect(page.getByText("This browser is silent while no page")).toBeVisible();
  await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();
  await checkAccessibility();

  const devtools = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [found] = registrations;
      if (found) resolve(found.registrationId);
    }),
  );
  await devtools.send("ServiceWorker.enable");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/push-worker.js");
    await navigator.serviceWorker.ready;
  });
  const message = { title: "Lamp sales", body: "Finished: Use bars", path: "/x", tag: "wr_1" };
  await devtools.send("ServiceWorker.deliverPushMessage", {
    origin: new URL(baseURL ?? "").origin,
    registrationId: await registered,
    data: JSON.stringify(message),
  });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const notifications = await registration.getNotifications();
      return notifications.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
    });
  await expect
    .poll(shown)
    .toEqual([
      { title: "Lamp sales", body: "Finished: Use bars", tag: "wr_1", data: { path: "/x" } },
    ]);
});
