namespace ExitProf.Analysis;

/// <summary>Which way a metric gets better.</summary>
public enum Better
{
    Lower,
    Higher,
}
