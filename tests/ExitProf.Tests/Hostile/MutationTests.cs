using ExitProf.Traces;

namespace ExitProf.Tests.Hostile;

/// <summary>Whatever stands in a trace under a right checksum, every report of it is a report or a sentence.</summary>
public sealed class MutationTests
{
    /// <summary>
    /// A slice: tests/fuzz.sh reports on as many as are wanted. EXITPROF_MUTATIONS and EXITPROF_MUTATION_SEED, the first of them, are what
    /// it sets.
    /// </summary>
    private const int Usual = 40;

    [Fact]
    public void No_value_of_any_field_harms_any_form_of_a_report()
    {
        int number = Asked("EXITPROF_MUTATIONS", Usual), first = Asked("EXITPROF_MUTATION_SEED", 1);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "mutated.nettrace");
        int refused = 0;
        for (int seed = first; seed < first + number; seed++)
        {
            File.WriteAllBytes(path, MutatedTrace.Of(seed));
            try
            {
                foreach (string form in EveryForm.Of(path)) AdversaryTests.HasNoCommand(form);
            }
            catch (TraceFormatException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{number} traces, {refused} of them refused with a sentence");
        Assert.InRange(refused, 0, number / 2);
    }

    private static int Asked(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int asked) ? asked : usual;
}
