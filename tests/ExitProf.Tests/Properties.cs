using FsCheck;

namespace ExitProf.Tests;

/// <summary>
/// Checks a property with values drawn at random; says nothing if it holds, and throws with the smallest value for which it does not.
/// </summary>
internal static class Properties
{
    public static void Holds(this Property property, int values = 100) =>
        property.Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(values));
}
