namespace ExitProf.Reports;

/// <summary>A part of a page that its contents lead to.</summary>
/// <param name="Title">Its heading; empty for a part without one, which the contents leave out.</param>
/// <param name="Note">What the contents say of it beside its title: a cost or a verdict.</param>
internal sealed record PageSection(string Id, string Title, string Note, Html Body);
