# Step 4: a report as PDF, with jq, pandoc and groff.
set -euo pipefail
cd /workspace/output
{
  printf '# Sales by region\n\n| region | sales | share |\n|---|--:|--:|\n'
  jq -r '.[] | "| \(.region) | \(.cents / 100) | \(.permille / 10) % |"' shares.json
} > report.md
pandoc report.md --standalone --to ms --variable fontfamily=H | groff -ms -t -k -Tpdf > report.pdf
sha256sum report.pdf
