using ExitProf.Hosts;

namespace ExitProf;

/// <summary>What recordings in an emulated host take, in seconds of CPU time.</summary>
/// <param name="Boot">Until the first one begins.</param>
/// <param name="Recording">A usual one.</param>
internal readonly record struct RecordingPace(double Boot, double Recording)
{
    private static readonly RecordingPace Svm = new(25, 2.5);
    private static readonly RecordingPace Vmx = new(120, 15);

    public static RecordingPace Of(Virtualization virtualization) => virtualization == Virtualization.Vmx ? Vmx : Svm;

    public double Minutes(int boots, int recordings) => (boots * Boot + recordings * Recording) / 60;
}
