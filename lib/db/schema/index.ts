export * from "./audit";
export * from "./chats";
export * from "./identity";
export * from "./models";
export * from "./sessions";
export * from "./store";
export * from "./team";
export * from "./workrooms";
