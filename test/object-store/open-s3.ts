import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { openS3Client, type S3Place } from "@/lib/adapters/object-store/open-s3-client";
import type { S3Server } from "./start-radosgw";

/** The S3 server of this test run. */
export async function openS3(): Promise<S3Server> {
  const server = JSON.parse(await ask("/")) as Omit<S3Server, "admin">;
  const admin = (...args: string[]) =>
    ask(`/?${new URLSearchParams(args.map((value) => ["admin", value])).toString()}`);
  return { ...server, admin };
}

/** A bucket of its own for one test. */
export async function makeBucket(place: S3Place): Promise<string> {
  const bucket = `test-${randomUUID()}`;
  const client = openS3Client(place);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return bucket;
}

function ask(pathname: string): Promise<string> {
  const socketPath = process.env["WORKROOM_TEST_S3"];
  if (!socketPath) throw new Error("radosgw-setup.ts is not a globalSetup of this project");
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: pathname }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(text)),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}
