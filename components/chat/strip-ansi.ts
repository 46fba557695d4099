// ESC [ … final byte (colours, cursor), and ESC ] … BEL (titles, links).
// oxlint-disable-next-line no-control-regex -- Control characters are what it looks for.
const ansi = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-Z\\-_])/g;

/** Terminal output as plain text: a chat shows neither colours nor cursor moves. */
export const stripAnsi = (text: string) => text.replaceAll(ansi, "").replaceAll("\r\n", "\n");
