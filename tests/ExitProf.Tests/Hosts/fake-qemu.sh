#!/bin/sh
# A QEMU that answers and emulates nothing: its guest is ready at once and has results at once. At the step that FAKE_AT names it does FAKE_DO.
if [ "$1" = --version ]; then echo "QEMU emulator version 0 (of a test)"; exit 0; fi
echo $$ >> "$FAKE_PIDS"
at() { if [ "$FAKE_AT" = "$1" ]; then eval "$FAKE_DO"; fi; }
answer() { printf '{"return": %s}\n' "$1"; }
say_results() { echo "HOST: results $(stat -c %s "$FAKE_RESULTS")" >> console; }
at start
echo '{"QMP": {}}'
case " $* " in *' -incoming '*) restored=yes ;; *) echo memory > ram ;; esac
while read -r line; do
  case "$line" in
    *'"qmp_capabilities"'*)
      answer '{}'
      if [ -z "$restored" ]; then at boot; echo 'HOST: ready' >> console; say_results; fi ;;
    *'"migrate"'*) at migrate; echo device > state; answer '{}' ;;
    *'"query-migrate"'*) answer '{"status": "completed"}' ;;
    *'"migrate-incoming"'*) at restore; answer '{}' ;;
    *'"query-status"'*) answer '{"status": "paused"}' ;;
    *'"cont"'*) answer '{}'; at run; say_results ;;
    *'"query-pci"'*) answer '[{"devices": [{"id": {"vendor": 6900, "device": 4368}, "regions": [{"bar": 2, "address": 4096}]}]}]' ;;
    *'"pmemsave"'*) at save; cp "$FAKE_RESULTS" results; answer '{}' ;;
    *'"quit"'*) answer '{}'; exit 0 ;;
    *) answer '{}' ;;
  esac
done
