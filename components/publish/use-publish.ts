"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { appKeys, changeApp, publishVersion } from "@/lib/client/queries/apps";
import { changeKeys } from "@/lib/client/queries/changes";
import { workroomKeys } from "@/lib/client/queries/workrooms";
import type { AppView } from "@/lib/protocol/views";

export type PublishWish = {
  sourcePath: string;
  note: string;
  /** Only for the first version; later ones keep the App's link. */
  slug: string | null;
  audience: AppView["audience"];
};

/** Publishes the next version and lets the wished audience in. */
export function usePublish(workroomId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ sourcePath, note, slug, audience }: PublishWish) => {
      const app = await publishVersion(workroomId, {
        sourcePath,
        note,
        ...(slug !== null && { slug }),
      });
      // The version is out from here on, whatever becomes of the audience.
      client.setQueryData(appKeys.detail(workroomId), app);
      return app.audience === audience ? app : await changeApp(app.id, { audience });
    },
    onSuccess: (app) => client.setQueryData(appKeys.detail(workroomId), app),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: workroomKeys.detail(workroomId), exact: true }),
        client.invalidateQueries({ queryKey: changeKeys.set(workroomId, "published") }),
      ]),
  });
}
