import type { z } from "zod";
import type { HostMethod, hostMethods, HostResult } from "@/lib/protocol/host";

/** What runs each method of the RPC, with its input parsed. */
export type HostMethods = {
  [M in HostMethod]: (
    input: z.output<(typeof hostMethods)[M]["input"]>,
  ) => Promise<HostResult<M>> | HostResult<M>;
};
