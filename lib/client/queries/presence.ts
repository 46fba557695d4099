import { queryOptions, type QueryClient, skipToken } from "@tanstack/react-query";
import type { PresentPerson } from "@/lib/protocol/live";

/** Who looks at a room now. Only the live socket knows; nothing is ever fetched. */
export const presenceQuery = (workroomId: string) =>
  queryOptions<PresentPerson[]>({
    queryKey: ["presence", workroomId],
    queryFn: skipToken,
    initialData: [],
    staleTime: Infinity,
  });

export const storePresence = (client: QueryClient, workroomId: string, people: PresentPerson[]) =>
  client.setQueryData(presenceQuery(workroomId).queryKey, people);
