using System.Diagnostics;
using System.Text.Json;
using ExitProf.Browser.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AxeRules))]

namespace ExitProf.Browser.Tests;

/// <summary>
/// axe-core, as npm brings it in the version of <c>Axe/package-lock.json</c>, into the folder of the tests' output: it is not part of the
/// sources, and is licensed under the MPL 2.0. Where npm or its registry is missing, the tests skip and say why.
/// </summary>
public sealed class AxeRules : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Axe");

    private static readonly string Script = Path.Combine(Folder, "node_modules", "axe-core", "axe.min.js");

    private string source = "";
    private string missing = "";

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Script)) missing = await Install();
        if (File.Exists(Script)) source = await File.ReadAllTextAsync(Script);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs all rules but experimental ones on the page as it is shown.</summary>
    /// <returns>A line for each element that breaks a rule; empty if none does.</returns>
    internal async Task<string[]> Violations(IPage page)
    {
        Assert.SkipWhen(source.Length == 0, $"axe-core could not be installed: {missing}");
        if (!await page.EvaluateAsync<bool>("typeof axe === 'object'")) await page.EvaluateAsync(source + "\nundefined");
        JsonElement results = await page.EvaluateAsync<JsonElement>("""
            async () => {
              const { violations, passes } = await axe.run(document, { resultTypes: ['violations'] });
              return {
                rules: passes.length,
                wrong: violations.flatMap(v => v.nodes.map(n => `${v.id} (${v.impact}): ${n.html.slice(0, 160)}: ${n.any.concat(n.all, n.none).map(c => c.message).join(' ')}`)),
              };
            }
            """);
        // It has looked at something.
        Assert.InRange(results.GetProperty("rules").GetInt32(), 10, int.MaxValue);
        return [.. results.GetProperty("wrong").EnumerateArray().Select(w => w.GetString()!)];
    }

    private static async Task<string> Install()
    {
        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"])
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using Process npm = Process.Start(start)!;
            Task<string> output = npm.StandardOutput.ReadToEndAsync(), errors = npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            await output;
            return npm.ExitCode == 0 ? "" : $"npm ci ended with {npm.ExitCode}: {(await errors).Trim()}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"npm does not start: {e.Message}";
        }
    }
}
