namespace ExitProf.Reports;

/// <summary>A form in which a verdict is written.</summary>
public interface IVerdictWriter
{
    /// <summary>As <c>--format</c> takes it.</summary>
    string Name { get; }

    /// <summary>The extension of a file that <c>--report</c> writes in this form, with its dot.</summary>
    string Extension { get; }

    /// <summary>Writes UTF-8 and leaves the stream open.</summary>
    void Write(Stream stream, VerdictPage page);
}
