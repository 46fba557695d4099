"""Says what is in a CSV file, column by column, and writes it down."""
import csv
import os
from collections import Counter
from decimal import Decimal, InvalidOperation

SOURCE = {{csv|json}}
TARGET = {{summary|json}}


def number(text):
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


with open(SOURCE, newline="", encoding="utf-8-sig", errors="replace") as file:
    first = file.readline()
    file.seek(0)
    rows = [row for row in csv.reader(file, delimiter=max(",;\t|", key=first.count)) if any(cell.strip() for cell in row)]
header, body = rows[0], rows[1:]
lines = ["# What is in %s" % os.path.basename(SOURCE), "", "%s rows, %d columns." % (format(len(body), ","), len(header)), "", "| column | filled | holds |", "|---|---|---|"]
for i, name in enumerate(header):
    filled = [row[i].strip() for row in body if i < len(row) and row[i].strip()]
    figures = [value for value in map(number, filled) if value is not None and value.is_finite()]
    kinds = Counter(filled)
    if filled and len(figures) >= 0.9 * len(filled):
        holds = "%s to %s, sum %s" % tuple(format(value, ",f") for value in (min(figures), max(figures), sum(figures)))
    elif len(kinds) <= 12:
        holds = ", ".join("%s (%s)" % (kind, format(count, ",")) for kind, count in kinds.most_common())
    else:
        holds = "%s different, from %s to %s" % (format(len(kinds), ","), min(filled, default=""), max(filled, default=""))
    lines.append("| %s | %s | %s |" % (name.replace("|", "/"), format(len(filled), ","), holds.replace("|", "/")))
os.makedirs(os.path.dirname(TARGET), exist_ok=True)
with open(TARGET, "w", encoding="utf-8") as file:
    file.write("\n".join(lines) + "\n")
print("\n".join(lines))
print("Size: %s rows and %d columns" % (format(len(body), ","), len(header)))
