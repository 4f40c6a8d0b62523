using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>A text as a header and rows of as many cells.</summary>
internal sealed partial class NumberGrid
{
    /// <summary>The name of the first column where the header leaves its place blank.</summary>
    private const string NoName = "name";

    private readonly bool[] numeric;

    private NumberGrid(int headerLine, IReadOnlyList<string> header, IReadOnlyList<(int Line, IReadOnlyList<string> Cells)> rows)
    {
        (HeaderLine, Header, Rows) = (headerLine, header, rows);
        // A column that begins with a number holds numbers, so that what is none of them later is refused with its line.
        numeric =
        [
            .. header.Select(
                (_, c) =>
                    IsNumber(rows.Select(r => r.Cells[c]).FirstOrDefault(cell => !IsEmpty(cell), ""))
                    && rows.Count(r => IsNumber(r.Cells[c]) || IsEmpty(r.Cells[c])) * 2 > rows.Count
            ),
        ];
    }

    public int HeaderLine { get; }

    public IReadOnlyList<string> Header { get; }

    public IReadOnlyList<(int Line, IReadOnlyList<string> Cells)> Rows { get; }

    public bool IsNumeric(int column) => numeric[column];

    /// <summary>True of a column like "+1.2 %".</summary>
    public bool IsShare(int column) => Rows.All(r => r.Cells[column].EndsWith('%') || IsEmpty(r.Cells[column]));

    public static bool IsEmpty(string cell) =>
        cell.Length == 0 || cell.ToLowerInvariant() is "-" or "n/a" or "na" or "nan" or "null" or "~";

    /// <returns>Null if the text is no table: its first line has a number, or none of the next has.</returns>
    /// <exception cref="InputException">It is one, but a row has more or fewer cells than the header.</exception>
    public static NumberGrid? Of(NumberText text)
    {
        (int Number, string Text)[] lines = [.. text.Rows.Where(r => !Rule().IsMatch(r.Text))];
        if (lines.Length < 2) return null;
        foreach (Func<string, IReadOnlyList<string>> cut in Cuts(lines[0].Text))
        {
            IReadOnlyList<string> header = cut(lines[0].Text), first = cut(lines[1].Text);
            // A number that is too large is no word of a header either.
            if (header.Any(cell => NumberToken.TryRead(cell, out _, out _)) || header.Any(IsNumber) || !first.Any(IsNumber)) continue;
            // "vmcall 1559" is a row, not the name of a column.
            if (header is [var only] && only.Split(' ') is [_, .., var last] && IsNumber(last)) continue;
            bool nameless = header.Count == first.Count - 1 && !IsNumber(first[0]);
            if (!nameless && header.Count != first.Count) continue;
            if (nameless) header = [NoName, .. header];
            var rows = new List<(int, IReadOnlyList<string>)>();
            foreach ((int number, string line) in lines.Skip(1))
            {
                IReadOnlyList<string> cells = cut(line);
                if (cells.Count != header.Count)
                    throw text.Refused(
                        number,
                        $"has {cells.Count} {(cells.Count == 1 ? "cell" : "cells")}, and the header has {header.Count}: {NumberText.Quote(line)}."
                    );
                rows.Add((number, cells));
            }
            return new NumberGrid(lines[0].Number, header, rows);
        }
        return null;
    }

    private static IEnumerable<Func<string, IReadOnlyList<string>>> Cuts(string header)
    {
        if (header.StartsWith('|')) yield return TableCells.OfMarkdown;
        foreach (char mark in (char[])[',', ';', '\t'])
        {
            if (header.Contains(mark, StringComparison.Ordinal)) yield return line => TableCells.OfCsv(line, mark);
        }
        yield return line => TableCells.OfBlanks(line, wide: true);
        yield return line => TableCells.OfBlanks(line, wide: false);
    }

    private static bool IsNumber(string cell) =>
        NumberToken.TryRead(SpreadToken.Without(cell, out _), out double value, out _) && double.IsFinite(value);

    /// <summary>"-----", "|---|---:|", "=== ===".</summary>
    [GeneratedRegex(@"^[\s|:+=-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
