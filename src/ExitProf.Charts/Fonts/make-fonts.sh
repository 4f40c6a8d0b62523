#!/usr/bin/env bash
# make-fonts.sh FOLDER: the subsets that pictures (TTF) and pages (WOFF2) share, of the fonts of the Debian package fonts-open-sans in FOLDER.
# Needs python3-fonttools and python3-brotli. Skia reads no WOFF2, so there are two files of each weight. The results are kept: a build needs none of this.
set -euo pipefail
U='U+0020-007E,U+00A0-00FF,U+0394,U+03A3,U+03BC,U+2010-2014,U+2018-201D,U+2022,U+2026,U+2190-2193,U+2212,U+2248,U+2260,U+2264,U+2265,U+FFFD'
for f in "$1"/{OpenSans-Regular,OpenSans-Semibold}.ttf; do
  b=$(basename "$f" .ttf)
  python3 -m fontTools.subset "$f" --unicodes="$U" --layout-features='kern' --notdef-outline --output-file="$b.ttf"
  python3 -m fontTools.subset "$f" --unicodes="$U" --layout-features='kern' --notdef-outline --no-hinting --flavor=woff2 --output-file="$b.woff2"
done
