import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startMailServer } from "../../test/mail-server";
import { checkout, ownUidBase, TestInstallation, until } from "./installation";
import { keepMail } from "./mails";

/** Facts of the installation under test, for the workers. */
export type Product = { dataDir: string; port: number; pid: number; setupLink: string };
export const productFile = (dataDir: string) => path.join(dataDir, "e2e-product.json");

/** Playwright's global set-up: one real installation for all journeys; the returned function takes it down again. */
export default async function startProduct(): Promise<() => Promise<void>> {
  const port = Number(process.env.WORKROOM_E2E_PORT);
  const mailServer = await startMailServer({
    onMail: (mail) => keepMail(installation.dataDir, mail),
  });
  const installation: TestInstallation = new TestInstallation({
    port,
    uidBase: ownUidBase(),
    env: {
      LOG_LEVEL: "info",
      WORKROOM_ALLOWED_PRIVATE_ENDPOINTS: "127.0.0.0/8",
      SMTP_URL: `smtp://127.0.0.1:${mailServer.port}`,
      WORKROOM_API_RATE: "50", // all journeys share one session
    },
  });
  await installation.start();
  process.env.WORKROOM_E2E_DATA_DIR = installation.dataDir;
  const product: Product = {
    dataDir: installation.dataDir,
    port,
    pid: installation.pid,
    setupLink: installation.setupLink,
  };
  writeFileSync(productFile(installation.dataDir), JSON.stringify(product));
  return async () => {
    await installation.stop();
    await mailServer.close();
    await until(
      "every process has ended",
      () => installation.leftovers().length === 0,
      10_000,
    ).catch(
      () => undefined, // What is left is told below.
    );
    cpSync(path.join(installation.dataDir, "logs"), path.join(checkout, "test-results/logs"), {
      recursive: true,
    });
    const left = installation.endLeftovers();
    installation.remove();
    if (left.length > 0)
      throw new Error(`These processes outlived the product:\n${left.join("\n")}`);
  };
}
