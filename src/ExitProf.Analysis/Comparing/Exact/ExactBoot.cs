using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>One recording of a software CPU: what one boot of a machine gave.</summary>
internal sealed record ExactBoot(string File, ExactCounts Counts, TraceSummary Summary)
{
    public TraceHeader Header => Counts.TraceHeader!;

    /// <summary>The machine that was booted, as far as its trace says: kernel, modules and what was varied.</summary>
    public string Machine => string.Join('\n', ((string[])["kernel", "kernel from", "modules added", "modules replaced", "boot"]).Select(Fact));

    /// <summary>What decides what an event costs: the machine, and KVM's back-end. With other settings it runs the same code.</summary>
    public string Code => $"{Machine}\n{Header.Backend}";

    /// <summary>Those with exits of their own, by index.</summary>
    public IEnumerable<(int Index, Configuration Configuration)> Configurations =>
        Header.Configurations.Index().Where(c => !c.Item.IsEmptyLoop).Select(c => (c.Index, c.Item));

    /// <summary>"pio-search devices=10"; the scenario alone where nothing was set.</summary>
    public string Name(Configuration configuration) =>
        configuration.Name == Configuration.Default ? Header.Scenario : $"{Header.Scenario} {configuration.Name}";

    private string Fact(string name) => Header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "";
}
