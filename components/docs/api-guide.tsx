import type { ReactNode } from "react";
import { apiKeyScopes, apiKeyScopeWords } from "@/lib/protocol/api-keys";
import { CodeBlock } from "./code-block";

export type ApiGuideProps = {
  origin: string;
  /** What each code of a problem means. */
  problems: Readonly<Record<string, string>>;
  callsPerMinute: Readonly<Record<"read" | "change" | "run", number>>;
};

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="flex scroll-mt-4 flex-col gap-2">
      <h2 id={`${id}-title`} className="text-lg font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}

/** What holds for every operation. */
export function ApiGuide({ origin, problems, callsPerMinute }: ApiGuideProps) {
  return (
    <>
      <Start origin={origin} />
      <Problems problems={problems} />
      <Part id="guide-once" title="Once, not twice">
        <p>
          Send an <code>Idempotency-Key</code> with a POST, and repeating it after a cut line does
          nothing twice: the same key with the same body gets the first answer again, marked{" "}
          <code>Idempotent-Replayed: true</code>, for 24 hours. Another body gets 422. While the
          first one runs, you are told to wait (409); a key whose server died is free again after 30
          seconds.
        </p>
      </Part>
      <Part id="guide-limits" title="Limits and pages">
        <p>
          A key may make {callsPerMinute.read} reads, {callsPerMinute.change} changes and{" "}
          {callsPerMinute.run} commands a minute, in a burst or evenly. Each answer says what is
          left in <code>RateLimit</code>; over the limit you get 429 with <code>Retry-After</code>.
        </p>
        <p>
          Lists that grow answer with <code>nextCursor</code>: send it back as <code>cursor</code>{" "}
          for the next page. It is null on the last one.
        </p>
      </Part>
      <Part id="guide-events" title="Events">
        <p>
          A chat’s log as server-sent events. Each has a sequence number as its <code>id</code>;
          send the last one back as <code>Last-Event-ID</code>, and nothing is missing or twice.
        </p>
        <CodeBlock
          label="Example of the event stream"
          text={`curl -N -H "Authorization: Bearer $WORKROOM_KEY" \\\n  "${origin}/api/v1/chats/$CHAT_ID/events/stream"`}
        />
      </Part>
    </>
  );
}

function Start({ origin }: { origin: string }) {
  const make = `curl -X POST "${origin}/api/v1/workrooms" \\
  -H "Authorization: Bearer $WORKROOM_KEY" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(uuidgen)" \\
  -d '{"title": "Sales dashboard"}'`;
  return (
    <Part id="guide-start" title="Start">
      <p>
        Make a key in Settings, API keys. It acts as you in that organisation, with the role you
        have at the time, and only within its scopes. Removing you, revoking it or its last day ends
        it at once. Keep it out of code and of workrooms.
      </p>
      <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        {apiKeyScopes.map((scope) => (
          <div key={scope} className="contents">
            <dt className="font-mono font-medium">{scope}</dt>
            <dd className="text-muted-foreground">{apiKeyScopeWords[scope]}</dd>
          </div>
        ))}
      </dl>
      <CodeBlock label="Example: make a workroom" text={make} />
    </Part>
  );
}

function Problems({ problems }: Pick<ApiGuideProps, "problems">) {
  return (
    <Part id="guide-problems" title="Problems">
      <p>
        A refusal is a problem document (RFC 9457): <code>code</code> is stable, <code>detail</code>{" "}
        is for people, <code>errors</code> names each field of bad input by its JSON pointer.
      </p>
      <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        {Object.entries(problems).map(([code, title]) => (
          <div key={code} className="contents">
            <dt id={`problem-${code}`} className="scroll-mt-4 font-mono font-medium">
              {code}
            </dt>
            <dd className="text-muted-foreground">{title}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}
