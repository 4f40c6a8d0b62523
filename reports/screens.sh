#!/usr/bin/env bash
# screens.sh: pictures of pages as a browser shows them, for reports/README.md. Needs Chromium; look at them before they are committed.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p screens
# screen NAME PAGE WIDTH HEIGHT SCHEME: SCHEME is light or dark.
screen() {
  scheme=$([ "$5" = dark ] && echo 0 || echo 1)
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --blink-settings=preferredColorScheme="$scheme" \
    --window-size="$3,$4" --screenshot="$PWD/screens/$1.png" "file://$PWD/$2" >/dev/null 2>&1
}
screen profile-desk pvm-zen5/pio-out/index.html 1400 900 light
screen profile-tablet-dark pvm-zen5/pio-out/index.html 800 1000 dark
screen suite-desk pvm-xeon/suite/index.html 1400 700 light
screen two-traces-desk-dark pvm-zen5/user-space-and-kernel/index.html 1400 900 dark
