namespace ExitProf.Hosts.Tests;

/// <summary>
/// Recordings that are the same to the byte. Of some fifty restores of one machine on a host with twenty busy processes for each CPU, one
/// parted from the others by 210 instructions between two exits: why is not known (reports/docs/hosts.md).
/// So two of three have to be the same.
/// </summary>
internal static class Repeated
{
    public static byte[] Twice(byte[] first, Func<byte[]> again)
    {
        byte[] second = again();
        if (first.AsSpan().SequenceEqual(second)) return first;
        string difference = TraceDifference.Of(first, second, VerifiedHosts.Said);
        TestContext.Current.SendDiagnosticMessage("{0}", difference);
        byte[] third = again();
        Assert.True(third.AsSpan().SequenceEqual(first) || third.AsSpan().SequenceEqual(second), difference);
        return third;
    }
}
