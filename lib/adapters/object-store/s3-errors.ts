import { S3ServiceException } from "@aws-sdk/client-s3";
import { AppError } from "@/lib/errors";

/** The right that each call takes, as policies write it. */
export type S3Right = "GetObject" | "PutObject" | "DeleteObject" | "ListBucket";

type Call = { bucket: string; right: S3Right; key?: string };

/** What a failed call means to whoever asked, with what to do about it; what is no failure of the store stays as it is. */
export function asS3Error(error: unknown, call: Call): unknown {
  if (error instanceof AppError || isAbort(error)) return error;
  const { name, status } = describe(error);
  if (name === "NoSuchKey" || name === "NotFound")
    return new AppError("not_found", "This object does not exist.", {
      cause: error,
      details: { key: call.key },
    });
  const known = explanations[name] ?? byStatus(status, call);
  const [code, message] = known(call);
  return new AppError(code, message, {
    cause: error,
    details: { name, status, right: call.right },
  });
}

type Answer = [
  code: "unavailable" | "forbidden" | "disk_full" | "invalid_input" | "conflict",
  text: string,
];
type Explanation = (call: Call) => Answer;

const full: Explanation = ({ bucket }) => [
  "disk_full",
  `The bucket ${bucket} is full. Raise its limit or delete what is not needed.`,
];
const elsewhere: Explanation = ({ bucket }) => [
  "unavailable",
  `The bucket ${bucket} is in another region, or at another address. Correct them in the settings of the bucket.`,
];

/** By the codes that S3 and servers like it answer with. */
const explanations: Readonly<Record<string, Explanation>> = {
  NoSuchBucket: ({ bucket }) => [
    "unavailable",
    `There is no bucket called ${bucket}. Check its name, or make it again.`,
  ],
  InvalidAccessKeyId: () => ["forbidden", "The storage server does not know this access key."],
  SignatureDoesNotMatch: () => [
    "forbidden",
    "The storage server says that the secret key is wrong.",
  ],
  RequestTimeTooSkewed: () => [
    "unavailable",
    "The clock of this machine differs too much from that of the storage server.",
  ],
  AuthorizationHeaderMalformed: elsewhere,
  PermanentRedirect: elsewhere,
  QuotaExceeded: full,
  XMinioStorageFull: full,
  InvalidRange: () => ["invalid_input", "These bytes are outside the object."],
  PreconditionFailed: () => ["conflict", "Somebody else changed this object meanwhile."],
};

function byStatus(status: number | undefined, { bucket, right }: Call): Explanation {
  if (status === 401 || status === 403)
    return () => [
      "forbidden",
      `The key of the bucket ${bucket} lacks the right s3:${right}. Give it that right, or use another key.`,
    ];
  if (status === 412) return () => ["conflict", "Somebody else changed this object meanwhile."];
  if (status === 416) return () => ["invalid_input", "These bytes are outside the object."];
  if (status === 507) return full;
  if (status !== undefined && status >= 300 && status < 400) return elsewhere;
  if (status === undefined)
    return () => ["unavailable", `The storage server of the bucket ${bucket} can't be reached.`];
  return () => [
    "unavailable",
    `The storage server of the bucket ${bucket} does not work at the moment (${status}).`,
  ];
}

/** The SDK marks every failure of a call so; without it, it is the sender's own, such as a body that broke. */
export const isOfCall = (error: unknown): boolean => error instanceof Error && "$metadata" in error;

/** True when a call was refused because nothing is there under the key. */
export const isMissing = (error: unknown): boolean =>
  ["NoSuchKey", "NotFound"].includes(describe(error).name);

function describe(error: unknown): { name: string; status: number | undefined } {
  if (error instanceof S3ServiceException) {
    const { name, $metadata } = error;
    // An answer to HEAD has no body that could name what is missing.
    const isBare404 = $metadata.httpStatusCode === 404 && !(name in explanations);
    return { name: isBare404 ? "NotFound" : name, status: $metadata.httpStatusCode };
  }
  return { name: error instanceof Error ? error.name : "", status: undefined };
}

const isAbort = (error: unknown) => error instanceof Error && error.name === "AbortError";
