import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { provisionerContract } from "@/test/sandbox/provisioner-contract";
import { createFakeProvisioner } from "./fake-provisioner";

describe("fake provisioner", () => {
  provisionerContract(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "fake-provisioner-"));
    const close = async () => rmSync(dataDir, { recursive: true, force: true });
    return { provisioner: createFakeProvisioner({ dataDir }), close };
  });
});
