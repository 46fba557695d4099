import type { Settings } from "../context";

/** Where a published App is served: its own origin. */
export const appUrlOf = ({ appsUrl }: Settings, slug: string): string =>
  `${appsUrl.protocol}//${slug}.${appsUrl.host}/`;
