# Step 2: totals by region with pandas.
import hashlib
import json
import pandas as pd

path = "/workspace/input/sales.csv"
print("input", hashlib.sha256(open(path, "rb").read()).hexdigest())
sales = pd.read_csv(path)
totals = sales.groupby("region", as_index=False)["amount"].sum()
records = [
    {"region": row.region, "cents": round(row.amount * 100)} for row in totals.itertuples()
]
with open("/workspace/output/totals.json", "w", encoding="utf-8") as file:
    json.dump(records, file, ensure_ascii=False)
totals
