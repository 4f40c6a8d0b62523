using System.CommandLine;
using System.Globalization;
using ExitProf.Hosts;

namespace ExitProf;

/// <summary><c>exitprof host fetch|list|forget</c>: what emulated hosts are made of, in the cache.</summary>
internal static class HostCommand
{
    public static Command Create() =>
        new("host", "Fetch, list and forget what emulated hosts are made of: QEMU, Bochs, kernels, kept machines.")
        {
            Fetch(), List(), Forget(),
        };

    private static Command Fetch()
    {
        var command = new Command("fetch", "Fetch what is missing and boot the machine that is kept for later commands.")
            .WithExamples("exitprof host fetch --kernel debian:6.12");
        var options = new HostOptions(command);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            EmulatedHost host = options.Create(parsed, cancelled);
            host.Keep();
            parsed.InvocationConfiguration.Output.WriteLine($"{host.KernelRelease} ({host.KernelOrigin}), {host.Emulator}");
            return ExitCode.Done;
        }, CancellationToken.None));
        return command;
    }

    private static Command List()
    {
        var verify = new Option<bool>("--verify") { Description = "Read every file again and compare its checksum." };
        var command = new Command("list", "Show what is in the cache.") { verify }.WithExamples("exitprof host list --verify");
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            HostCache cache = Open(parsed);
            foreach (CacheEntry entry in cache.List())
            {
                string state = !parsed.GetValue(verify) ? "" : HostCache.Verify(entry) ? "  verified" : "  DAMAGED";
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{entry.Kind,-8} {entry.Key,-40} {entry.Bytes / 1e6,6:F0} MB  {entry.MadeUtc:yyyy-MM-dd}  {entry.About}{state}"));
            }
            output.WriteLine(cache.Root);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Forget()
    {
        var names = new Argument<string[]>("name")
        {
            Description = "Kinds (kernel, machine, qemu, bochs) or names, as exitprof host list shows them; all if none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("forget", "Remove entries of the cache.") { names }.WithExamples("exitprof host forget machine");
        command.SetAction(parsed =>
        {
            string[] wanted = parsed.GetValue(names) ?? [];
            IReadOnlyList<CacheEntry> entries = Open(parsed).List();
            if (wanted.FirstOrDefault(n => !entries.Any(e => Is(e, n)) && n is not ("kernel" or "machine" or "qemu" or "bochs"))
                is { } unknown)
            {
                throw new UsageException($"The cache holds no '{unknown}': exitprof host list shows what there is.");
            }
            CacheEntry[] chosen = [.. entries.Where(e => wanted.Length == 0 || wanted.Any(n => Is(e, n)))];
            long freed = chosen.Sum(HostCache.Forget);
            parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{chosen.Length} forgotten, "
                + $"{freed / 1e6:F0} MB"));
            return ExitCode.Done;
        });
        return command;
    }

    private static bool Is(CacheEntry entry, string name) => entry.Kind == name || entry.Key == name;

    private static HostCache Open(ParseResult parsed) => new(HostCache.DefaultRoot(), HostOptions.Log(parsed));
}
