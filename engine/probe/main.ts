import { runProbes } from "./run-probes";

// Started by the engine as the agent, with this machine's addresses as arguments; answers on standard output.
void runProbes(process.argv.slice(2)).then((probes) =>
  process.stdout.write(`${JSON.stringify({ probes })}\n`),
);
