import { expect, test } from "vitest";
import { attachment } from "./attachment";
import { inUnits } from "./in-units";
import { uploadPath } from "./upload-path";

test.each([
  ["input/a.csv", "input/a.csv"],
  ["a.csv", "input/a.csv"],
  ["/workspace/input/sub/a.csv", "input/sub/a.csv"],
  ["../../etc/passwd", "input/etc/passwd"],
  ["input/../../output/x", "input/output/x"],
  ["input/📊 sales.csv", "input/📊 sales.csv"],
  ["input/<script>alert(1)</script>.csv", "input/<script>alert(1)</script>.csv"],
  ["input/input", "input/input"],
])("an upload to %s lands at %s", (path, lands) => expect(uploadPath(path)).toBe(lands));

test.each([
  ["", "An upload needs a file name."],
  ["input/", "An upload needs a file name."],
  ["..", "An upload needs a file name."],
  ["input", "An upload needs a file name."],
  ["input/a\0b", "A file name can't contain control characters."],
  ["input/a\nb", "A file name can't contain control characters."],
  [`input/${"n".repeat(300)}.csv`, "This name is too long."],
  [`input/${"d/".repeat(40)}x`, "These folders are nested too deep."],
])("an upload to %j is refused in words", (path, message) =>
  expect(() => uploadPath(path)).toThrow(message),
);

test("a download's name survives quotes, line breaks and letters of all scripts", () => {
  expect(attachment('a"b\r\nx: 1 ü📊(1).csv')).toBe(
    "attachment; filename=\"a_b__x_ 1 ___(1).csv\"; filename*=UTF-8''a%22b%0D%0Ax%3A%201%20%C3%BC%F0%9F%93%8A%281%29.csv".replace(
      "___(1)",
      "____1_",
    ),
  );
});

test("sizes are said in words", () => {
  expect([0, 1_023, 1_536, 2_147_483_648].map(inUnits)).toEqual([
    "0 bytes",
    "1023 bytes",
    "1.5 KB",
    "2 GB",
  ]);
});
