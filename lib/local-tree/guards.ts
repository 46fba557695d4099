import { isInputPath } from "@/lib/protocol/paths";
import { fileError } from "@/lib/workspace/file-error";
import { assertOpen } from "@/lib/workspace/normal-path";
import { makesFolders, type Tree } from "./owners";

/** For `locate`: what may be looked at. */
export const reading = { guard: assertOpen } as const;

/**
 * For `locate`: what may be changed. `mayChangeInput`: by the door for uploads, which alone writes below `input/`. The
 * place's own path counts, so a link from elsewhere is no way around.
 */
export const changing = (mayChangeInput: boolean) => ({
  guard(path: string): void {
    assertOpen(path);
    if (isInputPath(path) && !mayChangeInput) throw fileError("EROFS", { path });
  },
});

/** The same, and missing folders on the way are made. */
export const making = (tree: Tree, path: string, mayChangeInput: boolean) => ({
  ...changing(mayChangeInput),
  ...makesFolders(tree, path),
});
