using ExitProf.Traces;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Borders;

/// <summary>What holds for every signature that a row explains, whichever events a host has.</summary>
public sealed class WalkProperties
{
    private static readonly ProbePairs[] Probes =
    [
        .. Enumerable.Range(0, 32).Select(p => (ProbePairs)p).Where(p => p.HasFlag(ProbePairs.BusWrite) || !p.HasFlag(ProbePairs.FastBus)),
    ];

    private static readonly Gen<(ExitKind Kind, Destination Destination, Backend Backend, bool VmmStamps, ProbePairs Probes)> Rows =
        from kind in Gen.Elements(Enum.GetValues<ExitKind>())
        from destination in Gen.Elements(Enum.GetValues<Destination>())
        from backend in Gen.Elements(Backend.Vmx, Backend.Svm, Backend.Pvm)
        from stamps in Gen.Elements(true, false)
        from probes in Gen.Elements(Probes)
        select (kind, destination, backend, stamps, probes);

    [Fact]
    public void Any_choice_of_a_rows_borders_is_explained_and_divided_without_rest()
    {
        var cases =
            from key in Rows
            from chosen in Gen.ArrayOf(Gen.Elements(true, true, false), 64)
            from msrs in Gen.ArrayOf(Gen.Choose(0, 12), 64)
            select (key, chosen, msrs);
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var row = BorderTable.Row(c.key.Kind, c.key.Destination, c.key.Backend, c.key.VmmStamps);
                    var borders = row.Given(c.key.Probes).Borders;
                    var signature = new List<Stamp>();
                    for (int i = 0; i < borders.Length; i++)
                    {
                        // Which probes a row has is given; a host has both ends of each or neither.
                        if (!c.chosen[i] && borders[i].Stamp.Group() != EventGroups.Probes)
                            continue;
                        if (!Possible(borders[i], signature))
                            continue;
                        signature.Add(borders[i].Stamp);
                        if (c.msrs[i] < 2)
                            signature.AddRange(Enumerable.Repeat(c.msrs[i] == 0 ? Stamp.ReadMsr : Stamp.WriteMsr, 1 + i % 4));
                    }
                    if (signature.Count < 2)
                        return;
                    Assert.Equal(
                        row.NotWalked.Length > 0
                            || (row.MayStayInside && !signature.Exists(s => s is not (Stamp.GuestBefore or Stamp.GuestAfter))),
                        Walk.Of(row, [.. signature])!.TotalOnly
                    );
                    var walk = Walk.Of(row, [.. signature]);
                    Assert.NotNull(walk);
                    Check(walk, [.. signature]);
                }
            )
            .Holds();
    }

    [Fact]
    public void Any_signature_is_divided_without_rest_or_not_explained()
    {
        var stamps = Enum.GetValues<Stamp>();
        var cases = from key in Rows from signature in Gen.ArrayOf(Gen.Elements(stamps)) select (key, signature);
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    foreach (bool emulated in (bool[])[false, true])
                    {
                        if (
                            Walk.Of(
                                BorderTable.Row(c.key.Kind, c.key.Destination, c.key.Backend, c.key.VmmStamps, emulated),
                                c.signature
                            ) is
                            { } walk
                        )
                            Check(walk, c.signature);
                    }
                }
            )
            .Holds();
    }

    [Fact]
    public void The_loop_around_an_emulated_exit_is_no_part_of_its_walk()
    {
        var cases =
            from key in Rows
            from chosen in Gen.ArrayOf(Gen.Elements(true, true, false), 64)
            from before in Gen.Choose(1, 12)
            from after in Gen.Choose(1, 12)
            select (key, chosen, before, after);
        Prop.ForAll(
                cases.ToArbitrary(),
                c =>
                {
                    var row = BorderTable.Row(c.key.Kind, c.key.Destination, c.key.Backend, c.key.VmmStamps, emulated: true);
                    var exit = new List<Stamp>();
                    foreach (
                        Border border in row.Given(c.key.Probes)
                            .Borders.Where(
                                (b, i) =>
                                    (c.chosen[i] || b.Stamp.Group() == EventGroups.Probes)
                                    && b.Stamp is not (Stamp.GuestBefore or Stamp.GuestAfter or Stamp.KvmEmulateInsn)
                            )
                    )
                    {
                        if (Possible(border, exit))
                            exit.Add(border.Stamp);
                    }
                    if (exit.Count == 0 || row.NotWalked.Length > 0)
                        return;
                    Stamp[] signature =
                    [
                        Stamp.GuestBefore,
                        .. Enumerable.Repeat(Stamp.KvmEmulateInsn, c.before),
                        .. exit,
                        .. Enumerable.Repeat(Stamp.KvmEmulateInsn, c.after),
                        Stamp.GuestAfter,
                    ];
                    var walk = Walk.Of(row, signature);
                    Assert.NotNull(walk);
                    Check(walk, signature);
                    Assert.Equal(c.before + c.after, walk.Loop.Length);
                }
            )
            .Holds();
    }

    [Theory]
    [InlineData("guest:before kvm_emulate_insn kvm_emulate_insn guest:after")]
    [InlineData("guest:before kvm_cpuid kvm_emulate_insn guest:after")]
    [InlineData("guest:before kvm_emulate_insn kvm_cpuid guest:after")]
    [InlineData("guest:before kvm_emulate_insn kvm_cpuid kvm_emulate_insn kvm_cpuid kvm_emulate_insn guest:after")]
    [InlineData("guest:before kvm_emulate_insn kvm_inj_virq kvm_cpuid kvm_emulate_insn guest:after")]
    public void An_emulated_exit_without_one_decode_on_each_side_is_not_explained(string signature) =>
        Assert.Null(
            Walk.Of(
                BorderTable.Row(ExitKind.Cpuid, Destination.Kernel, Backend.Pvm, vmmStamps: true, emulated: true),
                WalkText.Parse(signature)
            )
        );

    [Fact]
    public void Every_row_walks_through_its_stages_in_order()
    {
        foreach (var kind in Enum.GetValues<ExitKind>())
        {
            foreach (var destination in Enum.GetValues<Destination>())
            {
                foreach (var backend in new[] { Backend.Vmx, Backend.Svm, Backend.Pvm })
                {
                    foreach (bool vmmStamps in new[] { true, false })
                    {
                        foreach (var probes in Probes)
                        {
                            var row = BorderTable.Row(kind, destination, backend, vmmStamps);
                            var given = row.Given(probes);
                            CheckOrder(given);
                            var all = given.Borders.Select(b => b.Stamp).ToArray();
                            if (row.NotWalked.Length == 0) Check(Walk.Of(row, all)!, all);
                            CheckOrder(BorderTable.Row(kind, destination, backend, vmmStamps, emulated: true).Given(probes));
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("kvm_exit")]
    [InlineData("")]
    [InlineData("kvm_exit kvm_cpuid kvm_entry")]
    [InlineData("kvm_pio kvm_exit kvm_entry")]
    [InlineData("kvm_exit kvm_pio other kvm_entry")]
    [InlineData("kvm_exit kvm_pio kvm_pio kvm_entry")]
    [InlineData("write_msr kvm_exit kvm_pio kvm_entry")]
    [InlineData("kvm_exit kvm_pio kvm_io_bus_write:begin kvm_entry")]
    [InlineData("kvm_exit kvm_pio kvm_io_bus_write:end kvm_entry")]
    [InlineData("kvm_exit kvm_pio kvm_io_bus_write:begin kvm_io_bus_write:end kvm_io_bus_write:begin kvm_io_bus_write:end kvm_entry")]
    [InlineData("kvm_exit kvm_pio kvm_io_bus_write:begin kvm_arch_vcpu_put:begin kvm_arch_vcpu_put:end kvm_io_bus_write:end kvm_entry")]
    public void What_a_row_does_not_have_is_not_explained(string signature) =>
        Assert.Null(
            Walk.Of(BorderTable.Row(ExitKind.PioOut, Destination.Kernel, Backend.Vmx, vmmStamps: false), WalkText.Parse(signature))
        );

    [Theory]
    [InlineData(
        "kvm_exit kvm_pio kvm_fpu:unload vmm:run-returned other sys_exit other sys_exit vmm:run-called kvm_fpu:load kvm_entry",
        true
    )]
    [InlineData("kvm_exit kvm_pio kvm_fpu:unload vmm:run-returned other vmm:run-called kvm_fpu:load kvm_entry", true)]
    [InlineData("kvm_exit kvm_pio kvm_fpu:unload vmm:run-returned other other other vmm:run-called kvm_fpu:load kvm_entry", false)]
    [InlineData("kvm_exit kvm_pio kvm_fpu:unload other vmm:run-returned vmm:run-called kvm_fpu:load kvm_entry", false)]
    [InlineData("kvm_exit kvm_pio kvm_fpu:unload vmm:run-returned vmm:run-called other kvm_fpu:load kvm_entry", false)]
    public void Other_calls_are_explained_while_the_vmm_answers_only(string signature, bool explained) =>
        Assert.Equal(
            explained,
            Walk.Of(BorderTable.Row(ExitKind.PioOut, Destination.Userspace, Backend.Vmx, vmmStamps: true), WalkText.Parse(signature))
                != null
        );

    private static bool Possible(Border border, List<Stamp> before) => border.After is not { } after || before.Contains(after);

    private static void CheckOrder(BorderRow row)
    {
        var stages = row.Borders.Select(b => b.Opens).ToList();
        Assert.Equal(stages.Order(), stages);
        Assert.Empty(stages.Intersect(row.Absent));
    }

    private static void Check(Walk walk, Stamp[] signature)
    {
        Assert.Equal(StageNames.All, walk.Stages.SelectMany(s => s.Stages).Order());
        var steps = walk.Stages.SelectMany(s => s.Steps).ToList();
        Assert.Equal(steps.Select(s => s.Index).Order(), steps.Select(s => s.Index));
        steps.AddRange(walk.Loop);
        if (walk.TotalOnly)
        {
            Assert.Empty(steps);
            return;
        }
        Assert.Equal(Enumerable.Range(0, signature.Length - 1), steps.Select(s => s.Index).Order());
        Assert.All(steps, s => Assert.Equal((signature[s.Index], signature[s.Index + 1]), (s.From, s.To)));
        foreach (var stage in walk.Stages)
        {
            Assert.Equal(stage.State == StageState.Absent, stage.Steps.IsEmpty);
            Assert.Equal(stage.State == StageState.Merged, stage.Stages.Length > 1);
            Assert.Equal(stage.Stages.Order(), stage.Stages);
            Assert.Equal(stage.Steps.Any(s => s.Bound == Bound.Upper) ? Bound.Upper : Bound.Exact, stage.Bound);
        }
        Assert.Equal(walk.Stages.Select(s => s.Stages[0]).Order(), walk.Stages.Select(s => s.Stages[0]));
    }
}
