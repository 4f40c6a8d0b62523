using ExitProf.Analysis;

namespace ExitProf;

/// <summary>What files a comparison was given: traces, or measurements of other tools. Their content tells, not their names.</summary>
internal static class ComparedFiles
{
    private const string TraceExtension = ".nettrace";

    /// <summary>The first bytes of every trace.</summary>
    private static ReadOnlySpan<byte> Magic => "Nettrace"u8;

    public static bool IsTrace(FileInfo file)
    {
        if (file.Extension.Equals(TraceExtension, StringComparison.OrdinalIgnoreCase)) return true;
        // What was read from a pipe is gone for its reader.
        if (IsStandardInput(file) || !file.Exists || file.Attributes.HasFlag(FileAttributes.Device))
            return false;
        using var stream = new FileStream(
            file.FullName,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0
        );
        Span<byte> first = stackalloc byte[8];
        return stream.CanSeek
            && stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length
            && first.SequenceEqual(Magic);
    }

    /// <exception cref="InputException">A file cannot be read, or the sides are of two kinds.</exception>
    public static MeasuredSides Measured(IReadOnlyList<FileInfo> first, IReadOnlyList<FileInfo> second)
    {
        if (second.Count > 0) return MeasuredSides.Of(first.Select(Text), second.Select(Text));
        NumberText text = Text(first[0]);
        return MeasuredSides.Of(text)
            ?? throw new UsageException($"Give the runs of the new side by --with: {Charts.VisibleText.Of(text.File)} has one side only.");
    }

    /// <summary>The kind of a file of numbers, for a sentence.</summary>
    public static string Kind(FileInfo file) => NumberFormats.Read(Text(file)).Kind;

    private static bool IsStandardInput(FileInfo file) => file.ToString() == NumberText.StandardInput;

    private static NumberText Text(FileInfo file) => NumberText.Read(IsStandardInput(file) ? NumberText.StandardInput : file.FullName);
}
