import { createServer } from "node:net";
import { PlainFailure } from "./plain-failure";

/** @throws PlainFailure when the web could not listen there */
export async function checkPort(port: number, address: string): Promise<void> {
  const server = createServer();
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once("error", resolve);
    server.listen(port, address, () => resolve(null));
  });
  if (!failure) {
    await new Promise((resolve) => server.close(resolve));
    return;
  }
  if (failure.code === "EADDRINUSE")
    throw new PlainFailure(
      `Port ${port} is in use. Stop the program that listens there, or choose another port: PORT=${port + 1} npm run up`,
    );
  if (failure.code === "EACCES")
    throw new PlainFailure(
      `Port ${port} needs rights that the web doesn't have. Choose one above 1023 and put a reverse proxy before it (docs/hosting.md).`,
    );
  throw new PlainFailure(
    `The web can't listen on ${address}:${port} (${failure.code}). Check BIND and PORT.`,
  );
}
