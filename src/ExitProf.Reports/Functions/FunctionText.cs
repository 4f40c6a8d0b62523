using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>Functions on a terminal.</summary>
internal static class FunctionText
{
    private static readonly Style Stage = new(decoration: Decoration.Bold);

    public static void Write(TextPage page, Subject subject)
    {
        if (subject.Configuration.Functions.IsEmpty) return;
        var table = new TextTable("function");
        foreach (string name in FunctionRow.Columns(subject)) table.Right(name);
        table.Left("stages", leaves: 1);
        foreach (FunctionRow row in FunctionRow.Of(subject.Configuration))
            table.Row(Style.Plain, [row.Name, .. row.Figures, row.Stages]);
        page.Line(FunctionRow.Caption(subject) + ".");
        table.Write(page);
        var calls = new TextTable("stage, calls");
        foreach (string name in CallRow.Columns(subject)) calls.Right(name);
        foreach (CallRow row in CallRow.Of(subject.Configuration))
            calls.Row(row.Depth == 0 ? Stage : Style.Plain, [new string(' ', 2 * row.Depth) + row.Name, .. row.Figures]);
        page.Line(CallRow.Caption(subject));
        calls.Write(page);
    }

    public static void Write(TextPage page, ComparedRow row)
    {
        if (row.Functions.IsEmpty) return;
        page.Line(FunctionRow.ChangeCaption(row) + ".");
        TextTable table = new TextTable("function").Right("difference").Right("base → new");
        foreach (FunctionShift shift in row.Functions.Take(FunctionRow.Most)) table.Row(
            Style.Plain, shift.Name, FunctionRow.Difference(shift), FunctionRow.Change(shift));
        table.Write(page);
    }
}
