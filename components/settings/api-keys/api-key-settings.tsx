"use client";
import { useQuery } from "@tanstack/react-query";
import { PlusIcon } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { NewApiKeyView } from "@/lib/protocol/api-keys";
import { SettingsPage } from "../settings-page";
import { ApiKeyList } from "./api-key-list";
import { NewApiKeyDialog } from "./new-api-key-dialog";
import { ShownApiKey } from "./shown-api-key";

/** Settings: the keys with which programs act as you, and for admins those of everybody. */
export function ApiKeySettings() {
  const { data: viewer } = useQuery(viewerQuery());
  const [isMaking, setIsMaking] = useState(false);
  const [made, setMade] = useState<NewApiKeyView | null>(null);
  const isAdmin = viewer?.role === "owner" || viewer?.role === "admin";
  return (
    <SettingsPage
      title="API keys"
      intro={
        <>
          With a key, a program does what you may do here, and no more.{" "}
          <Link
            href="/docs/api"
            prefetch={false}
            className="text-primary underline underline-offset-4"
          >
            What programs can do
          </Link>
        </>
      }
    >
      <section aria-labelledby="my-keys" className="flex flex-col gap-3">
        <div className="flex items-center justify-between gap-3">
          <h2 id="my-keys" className="font-semibold">
            Your keys
          </h2>
          <Button onClick={() => setIsMaking(true)}>
            <PlusIcon aria-hidden /> New key
          </Button>
        </div>
        {made && <ShownApiKey made={made} onDone={() => setMade(null)} />}
        <ApiKeyList view="mine" label="Your keys" whenEmpty="You have no keys." />
      </section>
      {isAdmin && viewer && (
        <section aria-labelledby="all-keys" className="flex flex-col gap-3">
          <h2 id="all-keys" className="font-semibold">
            Keys of other people in {viewer.org.name}
          </h2>
          <ApiKeyList
            view="all"
            label="Keys of other people"
            withoutUserId={viewer.user.id}
            whenEmpty="Nobody else has a key."
          />
        </section>
      )}
      <NewApiKeyDialog open={isMaking} onOpenChange={setIsMaking} onMade={setMade} />
    </SettingsPage>
  );
}
