export * from "./chats";
export * from "./identity";
export * from "./models";
export * from "./store";
export * from "./workrooms";
