#!/bin/sh
# How often verdicts are wrong, and what they find, on simulated data of every kind (some minutes of one core):
#   tests/verdicts.sh [COMPARISONS]       of each kind (10,000); the table of src/ExitProf.Analysis/Statistics/Statistics.md is made again
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
page=$root/src/ExitProf.Analysis/Statistics/Statistics.md
table=$(mktemp)
trap 'rm -f "$table" "$table.page"' EXIT
dotnet build -c Release --nologo -v quiet "$root/tests/ExitProf.Tests" || exit 2
EXITPROF_SIMULATIONS=${1:-10000} EXITPROF_SIMULATION_TABLE=$table \
    dotnet "$root/tests/ExitProf.Tests/bin/Release/net10.0/ExitProf.Tests.dll" -method '*The_table_of_the_statistics_page_is_made_where_it_is_asked_for'
[ -s "$table" ] || { echo "verdicts.sh: no table came out" >&2; exit 2; }
awk -v table="$table" '
    /<!-- simulated: begin -->/ { print; print ""; while ((getline line < table) > 0) print line; print ""; skip = 1 }
    /<!-- simulated: end -->/ { skip = 0 }
    !skip { print }
' "$page" > "$table.page"
cat "$table.page" > "$page"
