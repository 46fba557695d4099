import { execFile } from "node:child_process";
import type { WallProbe } from "@/lib/protocol/engine";
import script from "./kernel-attacks.py";

const titles: Readonly<Record<string, string>> = {
  vsock: "Talk to the hypervisor (AF_VSOCK)",
  raw_sockets: "Forge or read network packets",
  firewall: "Change the room's firewall",
  user_namespace: "Become root in a namespace of its own",
  mount: "Mount file systems",
  trace: "Look into other processes",
  kernel_surface: "Use dangerous parts of the kernel",
  become_root: "Become the engine's user",
  terminal_input: "Type into someone else's terminal",
};

/** System calls that Node can't make, through Python, which every room has. */
export async function attackKernel(): Promise<WallProbe[]> {
  const text = await new Promise<string>((resolve) => {
    execFile(
      "/usr/bin/python3",
      ["-I", "-S", "-c", script],
      { timeout: 3_000, killSignal: "SIGKILL" },
      (error, stdout) => resolve(error ? "{}" : stdout),
    );
  });
  const results = JSON.parse(text) as Record<string, [isHeld: boolean, detail: string]>;
  return Object.entries(titles).map(([id, title]) => {
    const result = results[id];
    if (!result) return { id, title, outcome: "unknown", detail: "needs python3" };
    return { id, title, outcome: result[0] ? "held" : "open", detail: result[1].slice(0, 300) };
  });
}
