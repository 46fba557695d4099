import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = {
  "@": fileURLToPath(new URL(".", import.meta.url)),
  // Next resolves this package by a condition of its own; plain Node has no such condition.
  "server-only": fileURLToPath(new URL("./test/server-only.ts", import.meta.url)),
};

export default defineConfig({
  resolve: { alias },
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          globalSetup: "./test/postgres-setup.ts",
          include: ["{lib,engine,host,scripts,components,test,bench}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.integration.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          retry: process.env.CI ? 1 : 0,
          globalSetup: ["./test/postgres-setup.ts", "./test/object-store/radosgw-setup.ts"],
          include: ["**/*.integration.test.ts"],
          exclude: ["node_modules/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: { name: "soak", include: ["test/soak/*.soak.ts"] },
      },
    ],
  },
});
