using System.Globalization;
using System.Runtime.Intrinsics.X86;
using ExitProf.Kvm.Tests.Inside;
using ExitProf.Kvm.Tests.Recording;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>
/// The emulator against the CPU: the same bytes on the same registers, flags and memory have to give the same.
/// <c>tests/differential-emulation.sh</c> does it with as many operands as wanted.
/// </summary>
public sealed class DifferentialTests
{
    /// <summary>So many that EXITPROF_LIVE_SEED draws, of those that an encoding has seeds for.</summary>
    private const int GeneralCases = 300;

    /// <summary>The seeds of an encoding.</summary>
    private const int Seeds = 100_000;
    private const int VectorCases = 60;
    private const ulong ArithmeticFlags = 0x8d5;

    [Fact]
    public void Every_emulated_instruction_does_to_registers_flags_and_memory_what_the_CPU_does()
    {
        Assert.SkipWhen(EmulatedMachine.IsHere,
            "the CPU that QEMU 7.2 gives to a guest of its guest shuts down at SSE, AVX and POPCNT: it needs a live /dev/kvm");
        using var bench = new EmulationBench();
        int compared = 0,
            codes = 0,
            absent = 0;
        int? asked = Environment.GetEnvironmentVariable("EXITPROF_DIFFERENTIAL") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;
        int first = asked is null ? LiveSlice.Seed % (Seeds / GeneralCases) * GeneralCases : 0;
        foreach (Code code in EmulatedForm.All)
        {
            if (!Supported(code))
            {
                absent++;
                continue;
            }
            codes++;
            bool vectors = EmulatedForm.Of(code).Operation is Operation.LoadVector or Operation.StoreVector;
            for (int i = 0; i < (asked ?? (vectors ? VectorCases : GeneralCases)); i++, compared++)
            {
                // A seed of its own for each: a failure says which one to look at.
                int seed = (int)code * Seeds + first + i;
                var random = new Random(seed);
                ulong rip =
                    GuestLayout.CodeLinear
                    + (ulong)(random.Next(4) == 0 ? PageWalk.PageBytes - random.Next(1, 12) : random.Next(PageWalk.PageBytes));
                GeneratedInstruction generated = GeneratedInstruction.Make(code, rip, random);
                bench.Load(rip, generated.Bytes);
                string what = $"{code} {Convert.ToHexString(generated.Bytes)} at 0x{rip:x}, seed {seed}";
                MachineState expected = bench.Execute(generated.State, vectors, what);
                (EmulationOutcome outcome, MachineState actual) = bench.Emulate(generated.State, vectors, generated.Bytes);
                Assert.True(outcome == EmulationOutcome.Continue, $"{what}: {bench.Emulator.Failure}");
                Compare(what, code, generated, expected, actual);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{compared:N0} cases of {codes} encodings; {absent} encodings are not of this CPU"
        );
        Assert.True(codes > 60, $"only {codes} encodings were compared");
    }

    private static void Compare(string what, Code code, GeneratedInstruction generated, MachineState expected, MachineState actual)
    {
        Assert.True(actual.Regs.Rip == generated.State.Regs.Rip + (ulong)generated.Bytes.Length, $"{what}: RIP 0x{actual.Regs.Rip:x}");
        for (int i = 0; i < 16; i++)
        {
            ulong e = GuestRegisters.Read(expected.Regs, i), a = GuestRegisters.Read(actual.Regs, i);
            Assert.True(e == a, $"{what}: register {i} is 0x{a:x} instead of 0x{e:x}");
        }
        // BEXTR leaves AF, SF and PF undefined.
        ulong defined = code is Code.VEX_Bextr_r32_rm32_r32 or Code.VEX_Bextr_r64_rm64_r64 ? ArithmeticFlags & ~0x94ul : ArithmeticFlags;
        Assert.True(
            ((expected.Regs.Rflags ^ actual.Regs.Rflags) & defined) == 0,
            $"{what}: flags 0x{actual.Regs.Rflags:x} instead of 0x{expected.Regs.Rflags:x}"
        );
        Assert.True(
            expected.Vectors.AsSpan().SequenceEqual(actual.Vectors),
            $"{what}: vector registers differ at byte {expected.Vectors.AsSpan().CommonPrefixLength(actual.Vectors)}"
        );
        Assert.True(
            expected.Memory.AsSpan().SequenceEqual(actual.Memory),
            $"{what}: memory differs at byte {expected.Memory.AsSpan().CommonPrefixLength(actual.Memory)}"
        );
    }

    /// <summary>
    /// Whether the CPU has all features of an encoding (Intel SDM volume 2, CPUID), whatever the guest's own CPUID says: ring 3 executes
    /// what there is.
    /// </summary>
    private static bool Supported(Code code)
    {
        int ecx1 = X86Base.CpuId(1, 0).Ecx, ebx7 = X86Base.CpuId(7, 0).Ebx;
        return code.CpuidFeatures().All(f => f switch
        {
            CpuidFeature.SSE or CpuidFeature.SSE2 or CpuidFeature.INTEL386 or CpuidFeature.X64 => true,
            CpuidFeature.SSE3 => (ecx1 & 1) != 0,
            CpuidFeature.SSE4_1 => (ecx1 >> 19 & 1) != 0,
            CpuidFeature.SSE4_2 => (ecx1 >> 20 & 1) != 0,
            CpuidFeature.POPCNT => (ecx1 >> 23 & 1) != 0,
            CpuidFeature.AVX => (ecx1 >> 28 & 1) != 0,
            CpuidFeature.BMI1 => (ebx7 >> 3 & 1) != 0,
            CpuidFeature.AVX2 => (ebx7 >> 5 & 1) != 0,
            CpuidFeature.ADX => (ebx7 >> 19 & 1) != 0,
            _ => false,
        });
    }
}
