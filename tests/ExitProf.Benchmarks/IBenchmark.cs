namespace ExitProf.Benchmarks;

/// <summary>Something measured beside its peer.</summary>
internal interface IBenchmark
{
    /// <summary>As given on the command line.</summary>
    string Name { get; }

    IEnumerable<BenchmarkRow> Run(BenchmarkHost host);
}
