using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

public sealed class ChanceTextTests
{
    [Theory]
    [InlineData(0.6971, "0.697")]
    [InlineData(0.0031, "0.0031")]
    [InlineData(2.4e-7, "2.4e-7")]
    [InlineData(0, "1e-12 or less")]
    [InlineData(1e-300, "1e-12 or less")]
    public void A_chance_is_never_said_to_be_none(double chance, string words) => Assert.Equal(words, ChanceText.Of(chance));
}
