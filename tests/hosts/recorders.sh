#!/usr/bin/env bash
# recorders.sh [SECONDS]: tests/recorders.sh inside an emulated host (QEMU, Debian's Linux 6.1, KVM on SVM): perf record, trace-cmd and attach record one run
# of a machine, in instructions; SECONDS are the guest's (0.05). Takes minutes: perf starts slowly there. Needs cpio, perf, trace-cmd, apt.
# Build first: dotnet build -c Release src/ExitProf
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
seconds=${1:-0.05}
built=$here/../src/ExitProf/bin/Release/net10.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exitprof
# Fetches QEMU and the kernel where they are missing.
dotnet "$built/exitprof.dll" host fetch --kernel debian:6.1
kernel=$cache/kernel/$(cat "$cache/kernel/debian-6.1.name")
work=$(mktemp -d) qemu=
end() { [ -z "$qemu" ] || kill -KILL "$qemu" 2> /dev/null || true; rm -rf "$work"; }
trap end EXIT

root=$work/root
mkdir -p "$root"/{bin,dev,proc,sys,tmp,etc,modules,tests,src/ExitProf/bin/Release}
(cd "$work" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download busybox-static && dpkg-deb -x busybox-static_*.deb busybox)
cp "$work/busybox/bin/busybox" "$root/bin/"
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$root/dotnet/host" "$root/dotnet/shared"
cp "$dotnet/dotnet" "$root/dotnet/"
cp -r "$dotnet/host/fxr" "$root/dotnet/host/"
cp -r "$dotnet/shared/Microsoft.NETCore.App" "$root/dotnet/shared/"
cp -r "$built" "$root/src/ExitProf/bin/Release/"
cp "$here/recorders.sh" "$root/tests/"
cp "$kernel"/modules/{irqbypass,kvm,kvm_amd}.ko "$root/modules/"
printf 'root:x:0:0::/tmp:/bin/sh\n' > "$root/etc/passwd"
for program in bash awk sed grep sort cut seq stat sleep mktemp rm rmdir mkdir cat basename dirname ls perf trace-cmd; do
  install -m 755 "$(readlink -f "$(command -v $program)")" "$root/bin/$program"
done
{ for program in "$root"/bin/* "$root/dotnet/dotnet" "$root"/dotnet/shared/*/*/*.so; do ldd "$program" 2> /dev/null || true; done; ldconfig -p | grep -E 'lib(ssl|crypto)\.so\.3 '; } |
  grep -oE '/[^ ]+' | grep '\.so' | grep -v "^$root" | sort -u | while read -r library; do install -D -m 755 "$(readlink -f "$library")" "$root$library"; done
cat > "$root/init" << END
#!/bin/busybox sh
export PATH=/bin:/dotnet HOME=/tmp TMPDIR=/tmp LANG=C.UTF-8 DOTNET_EnableWriteXorExecute=0 DOTNET_NOLOGO=1 DOTNET_TieredCompilation=0
mount() { /bin/busybox mount -t "\$@"; }
mount proc proc /proc
mount sysfs sys /sys
mount devtmpfs dev /dev
mount tracefs tracefs /sys/kernel/tracing
mount debugfs debugfs /sys/kernel/debug
mkdir -p /dev/shm && mount tmpfs shm /dev/shm
for module in irqbypass kvm kvm_amd; do /bin/busybox insmod /modules/\$module.ko; done
EXITPROF_RECORDERS=exact bash /tests/recorders.sh $seconds
echo "recorders: exit code \$?"
/bin/busybox poweroff -f
END
chmod 755 "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) > "$work/initrd"

program=$(command -v qemu-system-x86_64 || true)
options=()
if [ -z "$program" ]; then
  files=$cache/qemu/debian
  program=$files/usr/bin/qemu-system-x86_64
  options=(-L "$files/usr/share/qemu" -L "$files/usr/share/seabios")
  export LD_LIBRARY_PATH=$files/usr/lib/x86_64-linux-gnu:$files/lib/x86_64-linux-gnu QEMU_MODULE_DIR=$files/usr/lib/x86_64-linux-gnu/qemu
fi
"$program" "${options[@]}" -accel tcg,thread=single -icount shift=0,sleep=off -rtc base=2026-01-01T00:00:00,clock=vm -cpu EPYC,+svm,+npt -smp 1 -m 2048M \
  -display none -no-reboot -nodefaults -no-user-config -machine q35 -kernel "$kernel/bzImage" -initrd "$work/initrd" -serial file:"$work/console" \
  -append "console=ttyS0 quiet oops=panic panic=-1 mitigations=off tsc=reliable nokaslr cryptomgr.notests" &
qemu=$!
wait "$qemu" || true
qemu=
tr -d '\r' < "$work/console"
grep -q '^recorders: exit code 0' <(tr -d '\r' < "$work/console")
