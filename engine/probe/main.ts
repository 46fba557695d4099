import { runProbes } from "./run-probes";

// Started by the engine as the agent, with this machine's addresses as arguments; answers on standard output.
process.stdout.write(`${JSON.stringify({ probes: await runProbes(process.argv.slice(2)) })}\n`);
