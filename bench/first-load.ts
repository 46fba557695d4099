import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { checkout } from "../e2e/support/installation";
import { bareDir, buildBareNext } from "./bare-next";
import type { Owner } from "./owner";
import type { Row } from "./rows";

const size = (file: string) => gzipSync(readFileSync(file)).length;

/** Gzipped bytes of the scripts a page loads before anybody clicks. */
function firstLoadBytes(html: string, staticDir: string): number {
  const names = [...html.matchAll(/\/_next\/static\/([^"'\\?\s]+\.js)/g)].map(
    (match) => match[1] ?? "",
  );
  const scripts = [...html.matchAll(/<script[^>]+src="[^"]*\/_next\/static\/([^"?]+\.js)/g)].map(
    (match) => match[1] ?? "",
  );
  const modern = scripts.filter((name) => !/nomodule/i.test(name));
  const loaded = new Set(modern.length > 0 ? modern : names);
  return [...loaded].reduce((total, name) => total + size(path.join(staticDir, name)), 0);
}

export async function firstLoad(owner: Owner): Promise<Row> {
  const ours = firstLoadBytes(
    await owner.page(`/${owner.orgSlug}`),
    path.join(checkout, ".next/static"),
  );
  const peer = firstLoadBytes(buildBareNext(), path.join(bareDir, ".next/static"));
  return {
    name: "dashboard JavaScript, gzipped / bare Next page",
    unit: "kB",
    ours: ours / 1_000,
    peer: peer / 1_000,
    goal: 1.3,
  };
}
