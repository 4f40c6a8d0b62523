#!/bin/sh
# Compares a change with its base: builds both, runs both in random pairs, and ends as the gate says (0 passed, 3 worse, 4 cannot be decided).
#   BASE, HEAD   commits; HEAD if not given is what is checked out
#   BUILD, RUN   commands, run in a checkout of each; RUN prints one number a line, or writes the trace named in $EXITPROF_TRACE
#   EXITPROF     the command (exitprof), RESULTS the folder for gate.md, gate.xml, gate.html and gate.json (exit-gate)
#   everything else on the command line goes to exitprof ab: --runs 50 --margin 1% --gate-config .github/exit-gate.json
set -eu
: "${BASE:?the commit to compare with}" "${BUILD:?how to build}" "${RUN:?what to measure}"
: "${HEAD:=HEAD}" "${EXITPROF:=exitprof}" "${RESULTS:=exit-gate}"
mkdir -p "$RESULTS"
trees=$(mktemp -d)
tidy() { for side in base head; do git worktree remove --force "$trees/$side" 2>/dev/null || true; done; rm -rf "$trees"; }
trap tidy EXIT
trap 'exit 130' INT TERM
git worktree add --quiet --detach "$trees/base" "$BASE"
git worktree add --quiet --detach "$trees/head" "$HEAD"
for side in base head; do (cd "$trees/$side" && sh -c "$BUILD") >"$RESULTS/build-$side.log" 2>&1 || { echo "exit-gate: the build of $side failed:" >&2; tail -20 "$RESULTS/build-$side.log" >&2; exit 2; }; done
# Reports name the commits: the folders are gone when somebody reads them.
name() { git -C "$trees/$1" log -1 --format='%h %s' | cut -c1-72; }
status=0
$EXITPROF ab --a-name "$(name base)" --b-name "$(name head)" --a-run "cd '$trees/base' && $RUN" --b-run "cd '$trees/head' && $RUN" \
  --report "$RESULTS/gate.md" --report "$RESULTS/gate.xml" --report "$RESULTS/gate.html" --report "$RESULTS/gate.json" "$@" || status=$?
exit $status
