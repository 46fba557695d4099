import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "../e2e/support/installation";
import { nodeBinary } from "./programs";

export const bareDir = path.join(checkout, "dist/bench/bare-next");

const bareFiles: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "bare", "private": true, "type": "module" }\n',
  "next.config.mjs":
    "export default { agentRules: false, turbopack: { root: new URL('../../..', import.meta.url).pathname } };\n",
  "app/layout.jsx":
    "export default function Layout({ children }) { return <html lang='en'><body>{children}</body></html>; }\n",
  "app/api/hello/route.js":
    "export const dynamic = 'force-dynamic';\nexport function GET() { return Response.json({ hello: 'world' }); }\n",
  "app/page.jsx": "export default function Page() { return <p>Hello</p>; }\n",
};

/** Builds a bare Next app of one page and one route; gives the page. */
export function buildBareNext(): string {
  const index = path.join(bareDir, ".next/server/app/index.html");
  const isBuilt = existsSync(path.join(bareDir, ".next/server/app/api/hello/route.js"));
  if (isBuilt && existsSync(index)) return readFileSync(index, "utf8");
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
