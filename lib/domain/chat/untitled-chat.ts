/** Title of a chat nobody has written in; its first message gives it another one. */
export const UNTITLED_CHAT = "New chat";
