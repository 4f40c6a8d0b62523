# Sourced by host.sh: how each emulator is started. Reads $host, $cache, $work, $arguments; sets $emulator to its process id.
# Disks: $work/in is the payload, $work/out takes the results. The guest's console becomes $work/console.

start_emulator() {
  case $host in vmx) start_bochs ;; *) start_qemu ;; esac
}

start_qemu() {
  emulator_name=qemu-system-x86_64
  local kernel_folder
  kernel_folder=$cache/$(kernel "$host")
  # icount: the clock advances by one nanosecond an instruction and not by the time that the emulation takes. A busy machine then neither lengthens an exit
  # nor lets the guest's timer interrupt more of them, and two runs count alike. It wants one CPU: with two the kernel waits for ever for the second.
  qemu-system-x86_64 -accel tcg,thread=single -icount shift=0 -machine q35 -cpu EPYC,+svm,+npt -smp 1 -m 1G -nographic -no-reboot -nodefaults \
    -serial "file:$work/console" -kernel "$kernel_folder/vmlinuz" -initrd "$work/initrd" -append "$arguments" \
    -drive "file=$work/in,if=virtio,format=raw,readonly=on" -drive "file=$work/out,if=virtio,format=raw,cache=unsafe" \
    </dev/null >"$work/emulator.log" 2>&1 &
  emulator=$!
}

start_bochs() {
  emulator_name=bochs
  local files=$cache/bochs/usr
  make_cd "$files" || fail "the CD that Bochs boots from cannot be written in $work"
  # A disk of 16 heads and 63 sectors has whole cylinders.
  truncate -s %516096 "$work/in" "$work/out"
  cat >"$work/bochsrc" <<END
plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, serial=1
cpu: model=corei7_skylake_x, count=1, ips=50000000, reset_on_triple_fault=0, ignore_bad_msrs=1
memory: guest=1024, host=1024
romimage: file=$files/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=$files/share/vgabios/vgabios.bin
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, mode=flat, path=$work/in
ata0-slave: type=disk, mode=flat, path=$work/out
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata1-master: type=cdrom, path=$work/boot.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$work/console
display_library: rfb, options="timeout=0"
clock: sync=none
log: $work/bochs.log
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
END
  # Debian's Bochs has a debugger: it waits for "c", and quits when its input ends, so a pipe is held open that nobody writes to.
  echo c >"$work/debugger"
  mkfifo "$work/input"
  exec 3<>"$work/input"
  bochs -q -f "$work/bochsrc" -unlock -rc "$work/debugger" <&3 >"$work/emulator.log" 2>&1 &
  emulator=$!
  exec 3>&-
}

make_cd() {
  local files=$1 root=$work/cd
  mkdir -p "$root/isolinux"
  gzip -1 <"$work/initrd" >"$root/initrd.gz"
  cp "$cache/$(kernel "$host")/vmlinuz" "$root/vmlinuz"
  cp "$files/lib/ISOLINUX/isolinux.bin" "$files/lib/syslinux/modules/bios/ldlinux.c32" "$root/isolinux/"
  cat >"$root/isolinux/isolinux.cfg" <<END
DEFAULT linux
PROMPT 0
LABEL linux
 KERNEL /vmlinuz
 APPEND initrd=/initrd.gz $arguments
END
  LD_LIBRARY_PATH=$files/lib/x86_64-linux-gnu "$files/bin/xorriso" -as mkisofs -quiet -o "$work/boot.iso" \
    -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table "$root" 2>"$work/xorriso.log"
}
