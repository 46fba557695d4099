import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const flag = z
  .enum(["0", "1", "true", "false", ""])
  .default("0")
  .transform((value) => value === "1" || value === "true");
const url = (fallback: string) =>
  z
    .url({ protocol: /^https?$/ })
    .default(fallback)
    .transform((value) => new URL(value));
const loopback: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];
/** Secrets travel to it, so in clear only to this machine itself. */
const issuer = z
  .url({ protocol: /^https?$/ })
  .refine(
    (value) => value.startsWith("https:") || loopback.includes(new URL(value).hostname),
    "must start with https:// unless it is on this machine",
  );
const port = z.coerce.number().int().min(1).max(65_535);
const bytes = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const list = z
  .string()
  .default("")
  .transform((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean),
  );

const MiB = 1_048_576;
const GiB = 1_024 * MiB;

/** Every setting of the product. The README's table is made of the same names. */
const Settings = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  PORT: port.default(3000),
  /** Address the web listens on; another one than loopback shows the product to the network. */
  BIND: z.string().default("127.0.0.1"),
  WORKROOM_DATA_DIR: z.string().min(1),
  DATABASE_URL: z.string().optional(),
  WORKROOM_URL: z.url().optional(),
  PREVIEW_URL: z.url().optional(),
  APPS_URL: z.url().optional(),
  /** Base64 of 32 bytes; the start script makes it into `<data>/secrets/`. */
  WORKROOM_SECRET_KEY: z.string().optional(),
  NEXTAUTH_SECRET: z.string().optional(),
  WORKROOM_MAX_UPLOAD: bytes(2 * GiB),
  /** Multiplies how many calls a minute one session or API key may make. */
  WORKROOM_API_RATE: z.coerce.number().positive().default(1),
  WORKROOM_ALLOW_WEAK_SANDBOX: flag,
  WORKROOM_ALLOWED_PRIVATE_ENDPOINTS: list.default(["127.0.0.1:11434"]),
  WORKROOM_IDLE_SLEEP_MINUTES: z.coerce.number().min(0.05).default(60),
  WORKROOM_TURN_TIMEOUT_MINUTES: z.coerce.number().min(0.05).default(60),
  WORKROOM_ROOM_MEMORY: bytes(2 * GiB),
  WORKROOM_ROOM_CPUS: z.coerce.number().positive().default(2),
  WORKROOM_ROOM_PIDS: z.coerce.number().int().min(64).default(1_024),
  WORKROOM_ROOM_DISK: bytes(10 * GiB),
  /** Limits of `output/` that a new session of a program has: one file, number of files, all of them. */
  WORKROOM_SESSION_FILE_BYTES: bytes(100 * MiB),
  WORKROOM_SESSION_FILES: z.coerce.number().int().positive().default(10_000),
  WORKROOM_SESSION_BYTES: bytes(2 * GiB),
  /** A bucket that holds everything instead of `<data>/store`; without an endpoint it is Amazon's. */
  WORKROOM_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  WORKROOM_S3_REGION: z.string().optional(),
  WORKROOM_S3_BUCKET: z.string().optional(),
  /** Folder in the bucket, without a slash at its ends. */
  WORKROOM_S3_PREFIX: z
    .string()
    .regex(/^[^/]+(\/[^/]+)*$/, "must have no slash at its ends")
    .optional(),
  WORKROOM_S3_ACCESS_KEY_ID: z.string().optional(),
  WORKROOM_S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** Bytes of the data folder's disk that rooms may never take: the database lives there. */
  WORKROOM_DISK_RESERVE: bytes(1 * GiB),
  /** First host uid of the rooms; each room has a block of 65,536. */
  WORKROOM_UID_BASE: z.coerce.number().int().min(100_000).max(2_000_000_000).default(1_000_000),
  /** 1 behind a reverse proxy that sets X-Forwarded-For. */
  WORKROOM_TRUST_PROXY: flag,
  /** Without it nothing is mailed; links are copied by hand. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, hostname: /./ }).optional(),
  /** "Name <address>" or an address; by default one of the dashboard's host. */
  MAIL_FROM: z
    .string()
    .max(300)
    .regex(/^[^\r\n]*@[^\r\n]*$/)
    .optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  ANTHROPIC_API_KEY: z.string().optional(),
  OPENAI_API_KEY: z.string().optional(),
  GOOGLE_GENERATIVE_AI_API_KEY: z.string().optional(),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  OIDC_ISSUER: issuer.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** What the button says: "Continue with …". */
  OIDC_NAME: z.string().max(40).default("single sign-on"),
});

export const settingNames = Object.keys(Settings.shape);

/** Settings that are of use only together. */
const together = [
  [
    "WORKROOM_S3_REGION",
    "WORKROOM_S3_BUCKET",
    "WORKROOM_S3_ACCESS_KEY_ID",
    "WORKROOM_S3_SECRET_ACCESS_KEY",
  ],
  ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
  ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"],
  ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
] as const;

/** These go with the bucket, and may be missing there. */
const ofBucket = ["WORKROOM_S3_ENDPOINT", "WORKROOM_S3_PREFIX"] as const;

const Env = Settings.superRefine((settings, { addIssue }) => {
  for (const name of ofBucket)
    if (settings[name] !== undefined && settings.WORKROOM_S3_BUCKET === undefined)
      addIssue({ code: "custom", path: [name], message: "goes with WORKROOM_S3_BUCKET" });
  for (const names of together) {
    const missing = names.filter((name) => settings[name] === undefined);
    if (missing.length === names.length) continue;
    for (const name of missing)
      addIssue({ code: "custom", path: [name], message: `goes with ${names.join(", ")}` });
  }
}).transform(({ WORKROOM_URL, PREVIEW_URL, APPS_URL, ...rest }) => {
  const local = (host: string) => `http://${host}:${rest.PORT}`;
  return {
    ...rest,
    WORKROOM_URL: url(local("workroom.localhost")).parse(WORKROOM_URL),
    PREVIEW_URL: url(local("workroom.localhost")).parse(PREVIEW_URL),
    APPS_URL: url(local("apps.localhost")).parse(APPS_URL),
  };
});
export type Env = z.infer<typeof Env>;

/** The bucket that the operator chose for everything, or null for the data folder. */
export function managedBucketOf(env: Env) {
  const { WORKROOM_S3_REGION: region, WORKROOM_S3_BUCKET: bucket } = env;
  const accessKeyId = env.WORKROOM_S3_ACCESS_KEY_ID;
  const secretAccessKey = env.WORKROOM_S3_SECRET_ACCESS_KEY;
  if (!region || !bucket || !accessKeyId || !secretAccessKey) return null;
  const endpoint = env.WORKROOM_S3_ENDPOINT ?? null;
  const prefix = env.WORKROOM_S3_PREFIX ?? "";
  return { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey };
}

/** Where everything is kept: /var/lib for root, else the user's own share (XDG base directories). */
function defaultFolder(source: Readonly<Record<string, string | undefined>>): string {
  if (process.getuid?.() === 0) return "/var/lib/workroom";
  return join(source.XDG_DATA_HOME || join(homedir(), ".local/share"), "workroom");
}

/**
 * What a process of the installation inherits: our settings, and what programs need to find files, time and
 * certificates. Nothing else of the operator's shell gets through.
 */
export function inheritedEnv(): Record<string, string> {
  const system = ["PATH", "LANG", "LC_ALL", "TZ", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];
  const entries = [...settingNames, ...system].map((name) => [name, process.env[name] ?? ""]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

/**
 * Parses the environment. The only reader of process.env.
 *
 * @throws Error whose message lists each bad name with the reason, one a line
 */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = Env.safeParse({ WORKROOM_DATA_DIR: defaultFolder(source), ...present });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`These settings can't be used:\n${lines.join("\n")}`);
}
