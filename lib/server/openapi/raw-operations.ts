import { HealthView } from "@/lib/protocol/views";
import { inputSchema, type JsonSchema } from "./json-schema";
import { problemResponses } from "./problem-responses";
import type { Operation } from "./verb-operation";
import { ChatId, WorkspaceId } from "@/lib/protocol/ids";

const bytes = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
const param = (name: string, schema: JsonSchema, more: JsonSchema = {}) => ({
  name,
  in: "query",
  required: false,
  schema,
  ...more,
});
const inPath = (name: string, schema: JsonSchema) => ({ name, in: "path", required: true, schema });
const workspaceId = inPath("workspaceId", inputSchema(WorkspaceId));
const path = param(
  "path",
  { type: "string" },
  { required: true, description: "Path of the file." },
);

const scoped = (scope: "read" | "write") => ({
  security: [{ apiKey: [scope] }, { session: [] }],
  "x-scope": scope,
});

/** The routes that are no verbs, since they stream; their paths and operations. */
export const rawOperations: Readonly<Record<string, Record<string, Operation>>> = {
  "/api/v1/workspaces/{workspaceId}/upload": {
    put: {
      operationId: "file.upload",
      tags: ["file"],
      summary: "Streams a file into the folder `input` of a workspace.",
      ...scoped("write"),
      parameters: [
        workspaceId,
        path,
        param(
          "overwrite",
          { enum: ["0", "1"], default: "1" },
          { description: "0: refused when there is a file of that name." },
        ),
      ],
      requestBody: { required: true, content: bytes },
      responses: {
        "201": {
          description: "The file is there.",
          content: {
            "application/json": {
              schema: { $ref: "#/components/schemas/FileNode" },
            },
          },
        },
        ...problemResponses("PUT", { isNamed: true }),
      },
    },
    delete: {
      operationId: "file.take_back",
      tags: ["file"],
      summary: "Takes an upload back: removes a file or folder of `input`.",
      ...scoped("write"),
      parameters: [workspaceId, path],
      responses: {
        "200": {
          description: "It is gone.",
          content: { "application/json": { schema: { type: "object" } } },
        },
        ...problemResponses("DELETE", { isNamed: true }),
      },
    },
  },
  "/api/v1/workspaces/{workspaceId}/download": {
    get: {
      operationId: "file.download",
      tags: ["file"],
      summary: "Streams a file of a workspace; takes byte ranges.",
      ...scoped("read"),
      parameters: [workspaceId, path],
      responses: {
        "200": { description: "The file.", content: bytes },
        "206": { description: "The range that was asked for.", content: bytes },
        "416": { description: "The file has no such range." },
        ...problemResponses("GET", { isNamed: true }),
      },
    },
  },
  "/api/v1/workspaces/{workspaceId}/archive": {
    get: {
      operationId: "file.archive",
      tags: ["file"],
      summary: "Streams a folder of a workspace as a zip file; links are not followed.",
      ...scoped("read"),
      parameters: [
        workspaceId,
        param("path", { type: "string", default: "" }, { description: "Path of the folder." }),
      ],
      responses: {
        "200": { description: "The folder.", content: bytes },
        ...problemResponses("GET", { isNamed: true }),
      },
    },
  },
  "/api/v1/chats/{chatId}/events/stream": {
    get: {
      operationId: "chat.stream_events",
      tags: ["chat"],
      summary:
        "Streams a chat's log as server-sent events: each has its sequence number as `id` and a ChatEvent as `data`. The stream ends with an event `end` when the right to read it ends.",
      ...scoped("read"),
      parameters: [
        inPath("chatId", inputSchema(ChatId)),
        param(
          "after",
          { type: "integer", minimum: 0, default: 0 },
          { description: "Only events after this sequence number." },
        ),
        {
          name: "Last-Event-ID",
          in: "header",
          required: false,
          schema: { type: "integer", minimum: 0 },
          description: "The last `id` that was received; counts before `after`.",
        },
      ],
      responses: {
        "200": {
          description: "The events, without end.",
          content: { "text/event-stream": { schema: { type: "string" } } },
        },
        ...problemResponses("GET", { isNamed: true }),
      },
    },
  },
  "/api/health": {
    get: {
      operationId: "health.get",
      tags: ["health"],
      summary: "Whether database, store and host answer.",
      security: [],
      responses: {
        "200": {
          description: "The web answers; the rest may be degraded.",
          content: { "application/json": { schema: inputSchema(HealthView) } },
        },
      },
    },
  },
  "/api/v1/openapi.json": {
    get: {
      operationId: "openapi.get",
      tags: ["health"],
      summary: "This document.",
      security: [],
      responses: {
        "200": {
          description: "OpenAPI 3.1.",
          content: { "application/json": { schema: { type: "object" } } },
        },
      },
    },
  },
};
