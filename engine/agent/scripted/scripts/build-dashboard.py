"""Builds output/dashboard/index.html from a CSV file. Change CHART to "bars" or "line" and run it again."""
import csv
import io
import json
import os
import re
from collections import Counter, OrderedDict
from datetime import datetime
from decimal import Decimal
from html import escape

SOURCE = {{csv|json}}
TARGET = {{target|json}}
CHART = "line"

# ---- read ---------------------------------------------------------------------------------------------------------
def read_rows(path):
    with open(path, "rb") as file:
        raw = file.read()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    head = text[:20000]
    try:
        dialect = csv.Sniffer().sniff(head, delimiters=",;\t|")
        delimiter = dialect.delimiter
    except csv.Error:
        delimiter = ","
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(cell.strip() for cell in row)]
    header = [name.strip() or "column %d" % (i + 1) for i, name in enumerate(rows[0])] if rows else []
    body = [(row + [""] * len(header))[: len(header)] for row in rows[1:]]
    return header, body


POINT = re.compile(r"^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$")
COMMA = re.compile(r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")


def bare(text):
    text = re.sub(r"[\s\u00a0$€£¥%]", "", text)
    return "-" + text[1:-1] if text.startswith("(") and text.endswith(")") else text


def numbers(values):
    """The column as numbers (None where empty or unreadable), or None when it is no column of numbers."""
    filled = [bare(value) for value in values if value.strip()]
    if not filled or any(re.match(r"^0\d", value) for value in filled):
        return None  # codes such as 00123 are names, not numbers
    for pattern, drop, mark in ((POINT, ",", "."), (COMMA, ".", ",")):
        if sum(1 for value in filled if pattern.match(value)) >= 0.9 * len(filled):
            return [
                Decimal(bare(value).replace(drop, "").replace(mark, ".")) if pattern.match(bare(value)) else None
                for value in values
            ]
    return None


def dates(values):
    """The column as dates, or None when it is no column of dates."""
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return None
    slashes = [re.match(r"^(\d{1,2})/(\d{1,2})/\d{4}", value) for value in filled]
    day_first = any(found and int(found.group(1)) > 12 for found in slashes)
    forms = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y" if day_first else "%m/%d/%Y"]
    forms += ["%Y%m%d", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%Y-%m"]

    def parse(text, form):
        text = text.strip()
        if form in forms[:4]:
            text = re.split(r"[T ]", text)[0]
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            return None

    for form in forms:
        sample = filled[:50]
        if sum(1 for value in sample if parse(value, form)) < 0.9 * len(sample):
            continue
        found = [parse(value, form) for value in values]
        if sum(1 for value in found if value) >= 0.9 * len(filled):
            return found
    return None


# ---- choose what to show ------------------------------------------------------------------------------------------
NOT_A_SUM = re.compile(r"(^|[_\s-])(price|rate|percent|pct|ratio|avg|average|mean|score|rating|age|temperature|preis)([_\s-]|$)", re.I)
AN_ID = re.compile(r"(^|[_\s-])(id|nr|no|number|zip|postcode|postal|year|month|phone|code|index)$", re.I)
WORTH = (("revenue|sales|turnover|umsatz", 5), ("total|amount|value|betrag|sum", 4), ("profit|income|cost", 3))


def worth(name):
    return max([points for words, points in WORTH if re.search(words, name, re.I)] or [1])


header, body = read_rows(SOURCE)
columns = {name: [row[i] for row in body] for i, name in enumerate(header)}
if not body:
    raise SystemExit("The file has no rows: there is nothing to draw.")
date_name, date_values, sums = None, None, OrderedDict()
for name, values in columns.items():
    found = dates(values)
    if found and not date_name:
        date_name, date_values = name, found
        continue
    figures = None if found else numbers(values)
    if figures and not AN_ID.search(name) and not NOT_A_SUM.search(name):
        sums[name] = figures
measure = max(sums, key=worth) if sums else None
amounts = sums[measure] if measure else [Decimal(1)] * len(body)
measure_title = measure or "rows"
groups = []
for name, values in columns.items():
    kinds = set(value.strip() for value in values if value.strip())
    if name != date_name and name not in sums and 2 <= len(kinds) <= 60 and len(kinds) * 2 <= max(4, len(body)):
        if numbers(values) is None:
            groups.append(name)


def total_by(keys):
    result = OrderedDict()
    for key, amount in zip(keys, amounts):
        if key and amount is not None:
            result[key] = result.get(key, Decimal(0)) + amount
    return result


known = [day for day in date_values or [] if day]
span = (max(known) - min(known)).days if known else 0
form = "%Y-%m-%d" if span <= 62 else "%Y-%m" if span <= 3700 else "%Y"
periods = sorted(total_by(day.strftime(form) if day else "" for day in date_values or []).items())
by_group = [
    (name, sorted(total_by(value.strip() for value in columns[name]).items(), key=lambda item: -item[1]))
    for name in groups[:3]
]


# ---- words and figures --------------------------------------------------------------------------------------------
def plain(value):
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


CENTS = any(amount is not None and amount % 1 for amount in amounts)


def figure(value, cents=None):
    return format(value, ",.2f") if (CENTS if cents is None else cents) else format(value, ",.0f")


def short(value):
    for size, unit in ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k")):
        if abs(value) >= size:
            return "%s%s" % (plain(round(value / size, 1)), unit)
    return plain(round(value, 2))


def period_label(key):
    return datetime.strptime(key, form).strftime({"%Y": "%Y", "%Y-%m": "%b %Y", "%Y-%m-%d": "%d %b"}[form])


def title_of(name):
    return re.sub(r"[_\s]+", " ", name).strip().capitalize()


def count_of(number, noun):
    return "%s %s%s" % (format(number, ","), noun, "" if number == 1 else "s")


def slug(name):
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


# ---- draw ---------------------------------------------------------------------------------------------------------
def nice_ceiling(value):
    if value <= 0:
        return Decimal(1)
    size = Decimal(10) ** (len(str(int(value))) - 1)
    return next(size * step for step in map(Decimal, ("1", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10")) if size * step >= value)


def draw(points, width, height, css):
    left, right, top, bottom = 52, 14, 14, 30
    low = min([Decimal(0)] + [value for _, value in points])
    high = nice_ceiling(max([value for _, value in points] + [Decimal(0)]))
    low = -nice_ceiling(-low) if low < 0 else low
    y = lambda value: top + float((high - value) / (high - low)) * (height - top - bottom)
    slot = (width - left - right) / len(points)
    x = lambda i: left + slot * (i + 0.5)
    parts = ['<svg class="%s" viewBox="0 0 %d %d" role="img" aria-label="%s">' % (css, width, height, escape(chart_title))]
    for step in range(5):
        value = low + (high - low) * step / 4
        parts.append('<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>' % (left, width - right, y(value), y(value)))
        parts.append('<text class="tick" x="%d" y="%.1f" text-anchor="end">%s</text>' % (left - 8, y(value) + 4, short(value)))
    every = max(1, -(-len(points) * 68 // (width - left - right)))
    for i, (key, _) in enumerate(points):
        if i % every == 0:
            parts.append('<text class="tick" x="%.1f" y="%d" text-anchor="middle">%s</text>' % (x(i), height - 8, escape(period_label(key))))
    if CHART == "bars":
        bar = min(44, slot * 0.68)
        for i, (key, value) in enumerate(points):
            up, down = min(y(value), y(0)), max(y(value), y(0))
            parts.append('<rect class="bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3"><title>%s: %s</title></rect>' % (x(i) - bar / 2, up, bar, max(1, down - up), escape(period_label(key)), figure(value)))
    else:
        path = " ".join("%s%.1f %.1f" % ("L" if i else "M", x(i), y(value)) for i, (_, value) in enumerate(points))
        parts.append('<path class="area" d="%s L%.1f %.1f L%.1f %.1f Z"/>' % (path, x(len(points) - 1), y(0), x(0), y(0)))
        parts.append('<path class="line" d="%s"/>' % path)
        for i, (key, value) in enumerate(points):
            parts.append('<circle class="dot" cx="%.1f" cy="%.1f" r="%s"><title>%s: %s</title></circle>' % (x(i), y(value), "3.5" if len(points) < 40 else "2.5", escape(period_label(key)), figure(value)))
    return "".join(parts) + "</svg>"


def card(label, value, note="", name=None, exact=None):
    mark = ' data-testid="total-%s" data-value="%s"' % (slug(name), exact) if name else ""
    return '<div class="card"><span>%s</span><strong style="--n:%d"%s>%s</strong><small>%s</small></div>' % (escape(label), max(10, len(value)), mark, escape(value), escape(note))


def group_panel(name, items):
    shown, top = items[:8], max(abs(value) for _, value in items[:8]) or 1
    rows = "".join(
        '<tr data-testid="group" data-column="%s" data-key="%s" data-value="%s"><th scope="row">%s</th><td class="share"><i style="width:%.1f%%"></i></td><td>%s</td></tr>'
        % (escape(name), escape(key), plain(value), escape(key), float(abs(value) / top * 100), figure(value))
        for key, value in shown
    )
    more = "<p class='more'>and %d more</p>" % (len(items) - 8) if len(items) > 8 else ""
    return '<section class="panel"><h2>By %s</h2><table>%s</table>%s</section>' % (escape(title_of(name).lower()), rows, more)


empty = sum(1 for row in body for cell in row if not cell.strip())
copies = sum(count - 1 for count in Counter(map(tuple, body)).values())
total = sum(amount for amount in amounts if amount is not None)
counted = sum(1 for amount in amounts if amount is not None) or 1
unit = {"%Y": "year", "%Y-%m": "month", "%Y-%m-%d": "day"}[form]
chart_title = "%s by %s" % (title_of(measure_title), unit)
name = os.path.splitext(os.path.basename(SOURCE))[0]

cards = []
if measure:
    cards.append(card("Total %s" % title_of(measure).lower(), figure(total), "all %s rows" % format(len(body), ","), measure, plain(total)))
cards.append(card("Rows", format(len(body), ","), period_label(periods[0][0]) + " to " + period_label(periods[-1][0]) if periods else "in the file", "rows", len(body)))
for other in [column for column in sums if column != measure][:1]:
    amount = sum(value for value in sums[other] if value is not None)
    cards.append(card("Total %s" % title_of(other).lower(), figure(amount, amount % 1 != 0), "all rows", other, plain(amount)))
if measure:
    cards.append(card("Average per row", figure(round(total / counted, 2)), "%s rows with a figure" % format(counted, ",")))
best = max(periods, key=lambda item: item[1]) if periods else None
if best:
    cards.append(card("Best %s" % unit, period_label(best[0]), figure(best[1])))

chart = ""
if periods:
    chart = '<section class="panel"><h2>%s</h2>%s%s%s</section>' % (escape(chart_title), draw(periods, 1000, 320, "wide"), draw(periods, 640, 280, "middle"), draw(periods, 340, 240, "narrow"))
    table = "".join(
        '<tr data-testid="period" data-key="%s" data-value="%s"><th scope="row">%s</th><td>%s</td></tr>' % (key, plain(value), escape(period_label(key)), figure(value))
        for key, value in periods
    )
    table = '<section class="panel"><details open><summary><h2>Figures by %s</h2></summary><div class="scroll" tabindex="0" role="region" aria-label="Figures"><table>%s</table></div></details></section>' % (unit, table)
else:
    table = ""
odd = [count_of(number, noun) for number, noun in ((empty, "empty cell"), (copies, "repeated row")) if number]
notes = " and ".join(odd) + " stay as they are; an empty figure counts as nothing." if odd else "No cell is empty and no row is repeated."
numbers_json = json.dumps(
    {"source": os.path.basename(SOURCE), "measure": measure_title, "total": plain(total), "rows": len(body),
     "periods": [[key, plain(value)] for key, value in periods],
     "groups": {column: [[key, plain(value)] for key, value in items] for column, items in by_group}}
).replace("<", "\\u003c")

STYLE = """
:root{color-scheme:light dark;--bg:#f6f6f4;--panel:#fff;--ink:#191b1f;--muted:#5f656d;--line:#e4e5e7;--accent:#2c63d6;--soft:#2c63d61f}
@media(prefers-color-scheme:dark){:root{--bg:#101214;--panel:#181b1e;--ink:#eceef0;--muted:#9ba2aa;--line:#2a2e33;--accent:#7aa5ff;--soft:#7aa5ff26}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-font-smoothing:antialiased}
main{max-width:1080px;margin:0 auto;padding:40px 24px 56px;display:grid;gap:20px}header p{margin:4px 0 0;color:var(--muted)}
h1{margin:0;font-size:28px;line-height:1.2;letter-spacing:-.02em}h2{margin:0 0 16px;font-size:15px;font-weight:600}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px}.card,.panel{background:var(--panel);border:1px solid var(--line);border-radius:12px}
.card{container-type:inline-size;padding:16px 18px;display:grid;gap:2px;align-content:start}.card span,.card small{color:var(--muted);font-size:13px}.card strong{font-size:min(22px,calc(160cqi/var(--n)));line-height:33px;white-space:nowrap;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.panel{padding:20px;min-width:0}.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:20px}
svg{display:block;width:100%;height:auto}svg.middle,svg.narrow{display:none}.grid{stroke:var(--line)}.tick{fill:var(--muted);font-size:12px}
.line{fill:none;stroke:var(--accent);stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}.area{fill:var(--soft)}.dot{fill:var(--panel);stroke:var(--accent);stroke-width:2}.dot:hover{fill:var(--accent)}.bar{fill:var(--accent)}.bar:hover{opacity:.75}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}th{font-weight:400;text-align:left}td{text-align:right}th,td{padding:7px 0;border-top:1px solid var(--line)}tr:first-child>*{border-top:0}
.share{width:40%;padding:0 14px}.share i{display:block;height:8px;border-radius:4px;background:var(--accent);min-width:2px}
summary{cursor:pointer;list-style:none}summary h2{display:inline}details>div{margin-top:14px}.scroll{max-height:340px;overflow:auto}.more,footer{color:var(--muted);font-size:13px;margin:12px 0 0}
@media(max-width:900px){svg.wide{display:none}svg.middle{display:block}}
@media(max-width:640px){.card:last-child:nth-child(odd){grid-column:1/-1}main{padding:24px 16px 40px;gap:14px}h1{font-size:23px}.cards{grid-template-columns:1fr 1fr}.card{padding:13px 14px}.panel{padding:16px}}
@media(max-width:480px){svg.middle{display:none}svg.narrow{display:block}}
"""
page = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{title} dashboard</title><style>{style}</style></head>
<body><main data-chart="{kind}"><header><h1>{title}</h1><p>Made from {source}</p></header>
<div class="cards">{cards}</div>{chart}<div class="pair">{groups}</div>{table}
<footer>{notes}</footer></main><script type="application/json" id="figures">{json}</script></body></html>
""".format(
    title=escape(title_of(name)), style=STYLE, kind=CHART, source=escape(os.path.basename(SOURCE)), cards="".join(cards), chart=chart,
    groups="".join(group_panel(column, items) for column, items in by_group if items), table=table, notes=escape(notes), json=numbers_json,
)
os.makedirs(os.path.dirname(TARGET), exist_ok=True)
with open(TARGET, "w", encoding="utf-8") as file:
    file.write(page)

print("Wrote %s" % TARGET)
print("Source: %s" % SOURCE)
print("Rows: %s" % format(len(body), ","))
print("Total: %s of %s" % (figure(total), title_of(measure_title).lower()))
if best:
    print("Best: %s with %s" % (period_label(best[0]), figure(best[1])))
if by_group and by_group[0][1]:
    print("Leader: %s with %s" % (by_group[0][1][0][0], figure(by_group[0][1][0][1])))
print("Notes: %s" % notes)
