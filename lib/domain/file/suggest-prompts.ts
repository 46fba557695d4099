import type { ColumnProfile } from "./profile-column";

const MAX_GROUPS = 60;

/** Three things to ask about a table, made of its own column names. */
export function suggestPrompts(
  path: string,
  columns: readonly ColumnProfile[],
  rowCount: number,
): string[] {
  const file = path.split("/").at(-1) ?? path;
  if (rowCount === 0) return [];
  const amount = columns.findLast((one) => one.type === "number" && one.distinctCount > 1);
  const date = columns.find((one) => one.type === "date");
  const group = columns.find(
    (one) => one.type === "text" && one.distinctCount > 1 && one.distinctCount <= MAX_GROUPS,
  );
  const what = amount ? amount.name : "rows";
  return [
    `Build me a dashboard of ${file}`,
    date
      ? `Show how ${what} developed over ${date.name}, month by month`
      : `Show which values of ${columns[0]?.name ?? "the first column"} stand out, as a page with charts`,
    group
      ? `Compare ${what} by ${group.name} and say what stands out`
      : `Find mistakes and oddities in ${file} and write a clean copy to output/`,
  ];
}
