using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

public sealed class AgreementTests
{
    [Theory]
    [InlineData(0, "0 exits have no end; they are in no figure.")]
    [InlineData(1, "1 exit has no end; it is in no figure.")]
    [InlineData(2, "2 exits have no end; they are in no figure.")]
    public void A_sentence_agrees_with_its_number(long number, string sentence) =>
        Assert.Equal(sentence, Agreement.Of(number, $"{number} [exits have|exit has] no end; [they are|it is] in no figure."));

    [Theory]
    [InlineData("[...]")]
    [InlineData("[001] d..1")]
    [InlineData("kvm_io_bus_write [kvm]")]
    public void Brackets_without_a_choice_stay(string text) => Assert.Equal(text, Agreement.Of(1, text));
}
