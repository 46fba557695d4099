/** Folders that tools fill: saved like everything else, but neither shown as changes nor served by an App. */
const quietNames: ReadonlySet<string> = new Set([
  ".git",
  "node_modules",
  ".venv",
  "__pycache__",
  ".cache",
  ".next",
]);

export const isQuietPath = (path: string): boolean =>
  path.split("/").some((name) => quietNames.has(name));
