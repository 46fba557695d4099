"""Lists what is odd in a CSV file and writes a clean copy: no repeated rows, no rows without a figure."""
import csv
import os
import re
from collections import Counter

SOURCE = {{csv|json}}
TARGET = {{clean|json}}
NUMBER = re.compile(r"^-?[\d.,]+$")

with open(SOURCE, newline="", encoding="utf-8-sig", errors="replace") as file:
    first = file.readline()
    file.seek(0)
    delimiter = max(",;\t|", key=first.count)
    rows = [row for row in csv.reader(file, delimiter=delimiter) if any(cell.strip() for cell in row)]
header, body = rows[0], rows[1:]
numeric = set()
for i in range(len(header)):
    filled = [row[i].strip() for row in body if i < len(row) and row[i].strip()]
    if filled and sum(1 for value in filled if NUMBER.match(value)) >= 0.9 * len(filled):
        numeric.add(i)

odd, clean, seen = Counter(), [], set()
for line, row in enumerate(body, start=2):
    row = [cell.strip() for cell in row]
    reasons = []
    if len(row) != len(header):
        reasons.append("wrong number of cells")
    if tuple(row) in seen:
        reasons.append("repeated row")
    seen.add(tuple(row))
    for i, cell in enumerate(row[: len(header)]):
        if cell == "":
            reasons.append("empty " + header[i])
        elif i in numeric and not NUMBER.match(cell):
            reasons.append("unreadable " + header[i])
        elif i in numeric and cell.startswith("-"):
            reasons.append("negative " + header[i])
    for reason in reasons:
        odd[reason] += 1
    if reasons and sum(odd.values()) <= 20:
        print("Line %d: %s" % (line, ", ".join(reasons)))
    if not any(reason.startswith(("wrong", "repeated", "unreadable", "empty")) for reason in reasons):
        clean.append(row)

os.makedirs(os.path.dirname(TARGET), exist_ok=True)
with open(TARGET, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(clean)
print("Odd: %s" % (", ".join("%d × %s" % (count, reason) for reason, count in odd.most_common()) or "nothing"))
print("Kept: %s of %s rows" % (format(len(clean), ","), format(len(body), ",")))
