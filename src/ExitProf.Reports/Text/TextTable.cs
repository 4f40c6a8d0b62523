using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>
/// A table that fits its terminal: names are shortened, then columns are left out in a set order, and that is said; where even that is not
/// enough, every row becomes lines of <c>name: value</c>. No cell is ever broken.
/// </summary>
/// <param name="first">Heading of the first column, which names the rows and is never left out.</param>
public sealed class TextTable(string first)
{
    private const int Gap = 2;

    private static readonly Style Faint = new(Color.Grey);

    private readonly List<Column> columns = [new Column(first, Right: false, Leaves: 0)];
    private readonly List<(TextCell[] Cells, Style Style)> rows = [];

    /// <summary>Two of each column, with whole cells and with shortened ones; 0 if nobody has asked since the last row came.</summary>
    private int[] widths = [];

    /// <summary>Columns that stand in every table if the others continue in further ones; 0 if columns are left out instead.</summary>
    public int Repeated { get; init; }

    /// <param name="leaves">1 is left out first; 0 never.</param>
    public TextTable Right(string name, int leaves = 0) => Add(new Column(name, Right: true, leaves));

    /// <inheritdoc cref="Right"/>
    public TextTable Left(string name, int leaves = 0) => Add(new Column(name, Right: false, leaves));

    public void Row(Style style, params ReadOnlySpan<TextCell> cells)
    {
        if (cells.Length != columns.Count) throw new ArgumentException($"{cells.Length} cells for {columns.Count} columns", nameof(cells));
        rows.Add((cells.ToArray(), style));
        widths = [];
    }

    public void BlankRow() => rows.Add(([], Style.Plain));

    public void Write(TextPage page)
    {
        page.Blank();
        if (Repeated > 0) WriteContinued(page);
        else WriteOne(page);
        page.Blank();
    }

    private TextTable Add(Column column)
    {
        columns.Add(column);
        widths = [];
        return this;
    }

    private void WriteOne(TextPage page)
    {
        var shown = Enumerable.Range(0, columns.Count).ToList();
        var left = new List<string>();
        foreach (int next in shown.Where(c => columns[c].Leaves > 0).OrderBy(c => columns[c].Leaves).ToList())
        {
            if (Needed(shown, shortened: true) <= page.Width) break;
            shown.Remove(next);
            left.Add(columns[next].Name);
        }
        if (Needed(shown, shortened: true) > page.Width)
        {
            WriteLines(page, [.. Enumerable.Range(0, columns.Count)]);
            return;
        }
        Draw(page, shown, shortened: Needed(shown, shortened: false) > page.Width);
        if (left.Count > 0) page.Line($"Not shown in {page.Width} columns: {string.Join(", ", left)}.", Faint);
    }

    private void WriteContinued(TextPage page)
    {
        int[] all = [.. Enumerable.Range(0, columns.Count)];
        bool shortened = Needed(all, shortened: false) > page.Width;
        // Where a figure does not fit beside those that are repeated, only the names are.
        bool beside = all[Repeated..].All(c => Needed([.. all[..Repeated], c], shortened) <= page.Width);
        int[] repeated = beside ? all[..Repeated] : all[..1];
        for (int next = repeated.Length; next < all.Length;)
        {
            int end = next + 1;
            while (end < all.Length && Needed([.. repeated, .. all[next..(end + 1)]], shortened) <= page.Width) end++;
            int[] shown = [.. repeated, .. all[next..end]];
            page.Blank();
            if (Needed(shown, shortened) <= page.Width) Draw(page, shown, shortened);
            else WriteLines(page, shown);
            next = end;
        }
    }

    private int Needed(IReadOnlyList<int> shown, bool shortened) => shown.Sum(c => Wide(c, shortened)) + Gap * (shown.Count - 1);

    private int Wide(int column, bool shortened)
    {
        if (widths.Length == 0) widths = new int[2 * columns.Count];
        ref int known = ref widths[2 * column + (shortened ? 1 : 0)];
        if (known > 0) return known;
        int wide = columns[column].Heading.Max(h => TerminalWidth.Of(h));
        foreach ((TextCell[] cells, _) in rows)
        {
            if (cells.Length > 0) wide = Math.Max(wide, TerminalWidth.Of(cells[column].In(shortened)));
        }
        return known = wide;
    }

    private void Draw(TextPage page, IReadOnlyList<int> shown, bool shortened)
    {
        int[] wide = [.. shown.Select(c => Wide(c, shortened))];
        int height = shown.Max(c => columns[c].Heading.Length);
        var parts = new List<(string Text, Style Style)>();
        for (int line = 0; line < height; line++)
        {
            DrawRow(column => (columns[column].Heading is var h && h.Length - height + line is >= 0 and var at ? h[at] : "", Faint));
        }
        page.Line(new string('─', wide.Sum() + Gap * (wide.Length - 1)), Faint);
        foreach ((TextCell[] cells, Style style) in rows)
        {
            if (cells.Length == 0) page.Blank();
            else DrawRow(column => (cells[column].In(shortened), cells[column].Style ?? style));
        }

        void DrawRow(Func<int, (string Text, Style Style)> cell)
        {
            parts.Clear();
            for (int i = 0; i < shown.Count; i++)
            {
                (string text, Style style) = cell(shown[i]);
                int room = wide[i] - TerminalWidth.Of(text), gap = i < shown.Count - 1 ? Gap : 0;
                bool right = columns[shown[i]].Right;
                if (right) parts.Add((new string(' ', room), Style.Plain));
                parts.Add((text, style));
                parts.Add((new string(' ', right ? gap : room + gap), Style.Plain));
            }
            page.Segments(parts);
        }
    }

    /// <summary>The name of a row, and below it its figures, each behind the name of its column.</summary>
    private void WriteLines(TextPage page, IReadOnlyList<int> shown)
    {
        foreach ((TextCell[] cells, Style style) in rows)
        {
            if (cells.Length == 0) continue;
            string name = cells[0].In(TerminalWidth.Of(cells[0].In(false)) > page.Width);
            page.Line(name, cells[0].Style ?? style, Gap);
            int indent = name.Length - name.TrimStart(' ').Length + Gap;
            var pairs = new List<(string Text, Style Style)>();
            int used = indent;
            foreach (int column in shown.Where(c => c > 0 && cells[c].Text.Length > 0))
            {
                string pair = $"{columns[column].Line}: {cells[column].In(false)}";
                int wide = TerminalWidth.Of(pair);
                if (pairs.Count > 0 && used + Gap + wide > page.Width) Flush();
                if (indent + wide > page.Width)
                {
                    page.Line(new string(' ', indent) + pair, cells[column].Style ?? style, Gap);
                    continue;
                }
                if (pairs.Count > 0) (pairs, used) = ([.. pairs, (new string(' ', Gap), Style.Plain)], used + Gap);
                pairs.Add((pair, cells[column].Style ?? style));
                used += wide;
            }
            if (pairs.Count > 0) Flush();

            void Flush()
            {
                page.Segments([(new string(' ', indent), Style.Plain), .. pairs]);
                pairs.Clear();
                used = indent;
            }
        }
    }

    /// <param name="Name">Lines of its heading are separated by \n.</param>
    private sealed record Column(string Name, bool Right, int Leaves)
    {
        public string[] Heading { get; } = [.. Name.Split('\n').Select(VisibleText.Of)];

        public string Line => string.Join(' ', Heading);
    }
}
