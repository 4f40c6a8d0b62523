using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExitProf.Linux;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Tests.Loop;

/// <summary>The exit loop's machine code, byte for byte: what is measured must not change unnoticed.</summary>
public sealed class ExitLoopCodeTests
{
    private static readonly LoopParts[] Parts =
    [
        LoopParts.Delay,
        LoopParts.Written,
        LoopParts.Copy,
        LoopParts.Transfer,
        LoopParts.Vectors,
        LoopParts.OtherThread,
        LoopParts.SetState,
        LoopParts.Reflect,
        LoopParts.BusLookup,
    ];

    [Fact]
    public void The_code_of_every_set_of_parts_is_as_it_was()
    {
        var text = new StringBuilder();
        text.Append(Line("no part", [])).Append(Line("no part, no stamps", [], withStamps: false));
        foreach (LoopParts part in Parts) text.Append(Line(part.ToString(), [part]));
        text.Append(Line("every part", Parts)).Append(Line("every part, no stamps", Parts, withStamps: false));
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int set = 0; set < 1 << Parts.Length; set++)
        {
            LoopParts[] chosen = [.. Parts.Where((_, i) => (set >> i & 1) != 0)];
            all.AppendData(Code(chosen, withStamps: true));
            all.AppendData(Code(chosen, withStamps: false));
        }
        text.Append(
            CultureInfo.InvariantCulture,
            $"{1 << Parts.Length} sets, with and without stamps: sha256 {Convert.ToHexStringLower(all.GetHashAndReset())}\n"
        );
        text.Append("\nno part:\n").Append(Listing(Code([], withStamps: true)));
        Golden.Equal("exit-loop.txt", text.ToString());
    }

    private static string Line(string name, LoopParts[] parts, bool withStamps = true)
    {
        byte[] code = Code(parts, withStamps);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {code.Length} bytes, sha256 {Convert.ToHexStringLower(SHA256.HashData(code))}\n"
        );
    }

    private static byte[] Code(LoopParts[] parts, bool withStamps)
    {
        ILoopPart[] made = LoopPartList.Make(parts.Aggregate(LoopParts.None, (all, part) => all | part));
        byte[] code = NativeCode.Assemble(ExitLoop.Assemble(made, withStamps), 0);
        foreach (ILoopPart part in made) part.Dispose();
        return code;
    }

    private static string Listing(byte[] code)
    {
        var text = new StringBuilder();
        var decoder = Iced.Intel.Decoder.Create(64, code);
        var formatter = new NasmFormatter();
        var output = new StringOutput();
        while (decoder.IP < (ulong)code.Length)
        {
            Instruction instruction = decoder.Decode();
            formatter.Format(instruction, output);
            text.Append(CultureInfo.InvariantCulture, $"{instruction.IP:x3}  {output.ToStringAndReset()}\n");
        }
        return text.ToString();
    }
}
