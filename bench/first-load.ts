import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { checkout } from "../e2e/support/installation";
import type { Owner } from "./owner";
import { nodeBinary } from "./programs";
import type { Row } from "./rows";

const bareDir = path.join(checkout, "dist/bench/bare-next");

const bareFiles: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "bare", "private": true, "type": "module" }\n',
  "next.config.mjs":
    "export default { agentRules: false, turbopack: { root: new URL('../../..', import.meta.url).pathname } };\n",
  "app/layout.jsx":
    "export default function Layout({ children }) { return <html lang='en'><body>{children}</body></html>; }\n",
  "app/page.jsx": "export default function Page() { return <p>Hello</p>; }\n",
};

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

function buildBare(): string {
  const index = path.join(bareDir, ".next/server/app/index.html");
  if (existsSync(index)) return readFileSync(index, "utf8");
  for (const [name, text] of Object.entries(bareFiles)) {
    mkdirSync(path.dirname(path.join(bareDir, name)), { recursive: true });
    writeFileSync(path.join(bareDir, name), text);
  }
  const next = path.join(checkout, "node_modules/next/dist/bin/next");
  execFileSync(nodeBinary, [next, "build", bareDir], {
    stdio: "ignore",
    timeout: 600_000,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (!existsSync(index)) {
    const found = readdirSync(path.join(bareDir, ".next/server/app")).join(", ");
    throw new Error(`The bare page was not prerendered; found: ${found}`);
  }
  return readFileSync(index, "utf8");
}

export async function firstLoad(owner: Owner): Promise<Row> {
  const ours = firstLoadBytes(
    await owner.page(`/${owner.orgSlug}`),
    path.join(checkout, ".next/static"),
  );
  const peer = firstLoadBytes(buildBare(), path.join(bareDir, ".next/static"));
  return {
    name: "dashboard JavaScript, gzipped / bare Next page",
    unit: "kB",
    ours: ours / 1_000,
    peer: peer / 1_000,
    goal: 1.3,
  };
}
