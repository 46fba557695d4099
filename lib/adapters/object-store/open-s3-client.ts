import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { S3Client } from "@aws-sdk/client-s3";

const MAX_SOCKETS = 64;
const CONNECT_MS = 5_000;
/** A line on which nothing moves. Large parts on a slow line may take longer in all. */
const IDLE_MS = 20_000;
const REQUEST_MS = 300_000;
const MAX_ATTEMPTS = 4;

export type S3Agents = { http: HttpAgent; https: HttpsAgent };

export type S3Place = {
  /** null: Amazon's own for the region. */
  endpoint: string | null;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
};

export type S3ClientOptions = {
  /** How connections are made; those of an address that a customer named must be pinned (`pinned-agents.ts`). */
  agents?: S3Agents;
  maxAttempts?: number;
  idleMs?: number;
};

/** A client that reads nothing from the machine's own AWS settings and follows no redirect. */
export function openS3Client(place: S3Place, options: S3ClientOptions = {}): S3Client {
  const agents = options.agents ?? openAgents();
  const quiet = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };
  return new S3Client({
    region: place.region,
    credentials: { accessKeyId: place.accessKeyId, secretAccessKey: place.secretAccessKey },
    ...(place.endpoint && { endpoint: place.endpoint, forcePathStyle: true }),
    // Trailers and default checksums are refused by servers that are not Amazon's.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    expectContinueHeader: false,
    followRegionRedirects: false,
    useArnRegion: false,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    disableS3ExpressSessionAuth: true,
    disableMultiregionAccessPoints: true,
    defaultsMode: "standard",
    retryMode: "standard",
    maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS,
    logger: quiet,
    requestHandler: {
      httpAgent: agents.http,
      httpsAgent: agents.https,
      connectionTimeout: CONNECT_MS,
      socketTimeout: options.idleMs ?? IDLE_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
      logger: quiet,
    },
  });
}

export const agentOptions = {
  keepAlive: true,
  maxSockets: MAX_SOCKETS,
  scheduling: "lifo",
} as const;

const openAgents = (): S3Agents => ({
  http: new HttpAgent(agentOptions),
  https: new HttpsAgent(agentOptions),
});
