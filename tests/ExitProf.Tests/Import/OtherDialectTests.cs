using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Events as other architectures, kernels and printers write them.</summary>
public sealed class OtherDialectTests
{
    [Theory]
    [InlineData("kvm_guest_exit: VCPU 3: trap=H_DATA_STORAGE pc=0xc000000000012345 msr=0x9033, ceded=0",
        "kvm_guest_enter: VCPU 3: pc=0xc000000000012345 pexcp=0x0 ceded=0", "H_DATA_STORAGE", 3)]
    [InlineData("kvm_exit: exit=DECREMENTER | pc=0x1000 | msr=0x9033 | dar=0x0 | last_inst=0x60000000",
        "kvm_entry: vcpu 3", "DECREMENTER", 3)]
    [InlineData("kvm_s390_sie_exit: 03[0700c00180000000-0000000000012345]: exit sie icptcode 4 (Instruction)",
        "kvm_s390_sie_enter: 03[0700c00180000000-0000000000012345]: entering sie flags 0", "Instruction", 3)]
    [InlineData("kvm_s390_sie_exit: 03[0700c00180000000-0000000000012345]: exit sie icptcode 40",
        "kvm_s390_sie_enter: 03[0700c00180000000-0000000000012345]: entering sie flags 0", "40", 3)]
    [InlineData("kvm_exit: [Hypercall]PC: 0x9000000000222000", "kvm_reenter: PC: 0x9000000000222004", "Hypercall", -1)]
    [InlineData("kvm_exit: vcpu 3 [Mem Write] PC: 0x9000000000222000", "kvm_enter: vcpu 3 PC: 0x9000000000222004", "Mem Write", 3)]
    [InlineData("kvm_exit: SEPC:0x80000000, SCAUSE:0x17, STVAL:0x10000000, HTVAL:0x4000000, HTINST:0x0",
        "kvm_entry: PC: 0x80000000", "STORE_GUEST_PAGE_FAULT", -1)]
    [InlineData("kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: 0x8000", "kvm_entry: PC: 0x8000", "IRQ", -1)]
    [InlineData("kvm_exit: HSR_EC: 0x0024 (DABT_LOW), PC: 0x8000", "kvm_entry: PC: 0x8000", "DABT_LOW", -1)]
    public void Each_architecture_has_its_exits_their_reasons_and_its_vcpus(string exit, string entry, string reason, int vcpu)
    {
        const string head = " CPU 3/KVM-4711  [002] d..1. 12345.0000";
        var text = ImportedText.Of($"{head}30: {exit}\n{head}34: {entry}\n");
        Assert.Equal($"{reason} 4", text.Summary);
        Assert.Equal(vcpu, text.Exits[0].Vcpu);
    }

    [Theory]
    [InlineData("qemu-system-x86-4711  [007]   398.691400:", "qemu-system-x86-4711  [007]   398.691455:")]
    [InlineData("CPU 0/KVM-4711  (   4700) [002] d..1.   398.691400:", "CPU 0/KVM-4711  (   4700) [002] d..1.   398.691455:")]
    [InlineData("<...>-4711  (-------) [002] d...1..   398.691400:", "<...>-4711  (-------) [002] dNL.1..   398.691455:")]
    [InlineData("CPU 0/KV-4711    2d..1. 398691400us :", "CPU 0/KV-4711    2d..1. 398691455us :")]
    [InlineData("[   93.100010] CPU 0/KV-4711    2d..1. 398691400us :", "[   93.100012] CPU 0/KV-4711    2d..1. 398691455us :")]
    public void Raw_fields_thread_groups_wide_flags_and_dumps_of_an_oops_are_read(string first, string second)
    {
        var text = ImportedText.Of($" {first} kvm_exit: exit_reason=30 guest_rip=0x7fa9ee5224e4 isa=1 info1=1448607755 info2=0 vcpu_id=3\n"
            + $" {second} kvm_entry: vcpu_id=3 rip=0x7fa9ee5224e4\n");
        ImportedExit exit = Assert.Single(text.Exits);
        Assert.Equal((4711L, "IO_INSTRUCTION", 55ul, 0x5658ul), (exit.Tid, exit.Reason, exit.Duration!.Value, exit.Subkey));
    }

    [Fact]
    public void The_distance_to_the_event_before_is_no_name_of_an_event()
    {
        var text = ImportedText.Of(" CPU 0/KVM-4711  [002] 12345.000020:    (+12)  kvm_exit: reason HLT rip 0xfff0 info 0 0\n"
            + " CPU 0/KVM-4711  [002] 12345.000033:    (+13)  kvm_entry: vcpu 0\n");
        Assert.Equal("HLT 13", text.Summary);
    }

    [Theory]
    [InlineData("17 08 44 74 72 61 63 69 6e 67 36 00", "a trace.dat that ends in its header")]
    [InlineData("17 08 44 74 72 61 63 69 6e 67 39 00 00 08 00 10", "a trace.dat of version 9; versions up to 7 are read")]
    public void A_recording_that_cannot_be_imported_is_named(string bytes, string name)
    {
        byte[] file = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        Assert.Contains(name, Assert.Throws<TraceFormatException>(() => ImportedText.Of(file)).Message);
    }
}
