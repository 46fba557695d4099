import type { Settings } from "@/lib/domain/context";

/** Which of the product's origins a request was sent to. */
export type HostMatch =
  | { kind: "dashboard" }
  | { kind: "preview"; previewKey: string; port: number | null }
  | { kind: "app"; slug: string }
  /** This machine by number or plain name: sent on to the dashboard's own address. */
  | { kind: "loopback" }
  | { kind: "unknown" };

type Origins = Pick<Settings, "appUrl" | "previewUrl" | "appsUrl">;

const previewLabel = /^p-([0-9a-z]{6,40})(?:-([1-9][0-9]{0,4}))?$/;
const slugLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Reads the Host header. The name alone decides: a reverse proxy may listen on another port. */
export function matchHost(host: string, origins: Origins): HostMatch {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, "");
  if (name === origins.appUrl.hostname) return { kind: "dashboard" };
  const preview = labelBelow(name, origins.previewUrl.hostname)?.match(previewLabel);
  if (preview?.[1] !== undefined) {
    const port = preview[2] === undefined ? null : Number(preview[2]);
    if (port === null || port <= 65_535) return { kind: "preview", previewKey: preview[1], port };
  }
  const slug = labelBelow(name, origins.appsUrl.hostname);
  if (slug !== null && slugLabel.test(slug)) return { kind: "app", slug };
  return loopback.has(name) ? { kind: "loopback" } : { kind: "unknown" };
}

/** The one label in front of a parent name, or null. */
function labelBelow(name: string, parent: string): string | null {
  if (!name.endsWith(`.${parent}`)) return null;
  const label = name.slice(0, -parent.length - 1);
  return label.includes(".") ? null : label;
}
