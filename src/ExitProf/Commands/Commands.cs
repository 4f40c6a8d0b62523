using System.CommandLine;

namespace ExitProf;

/// <summary>What <c>exitprof</c> can be asked for.</summary>
internal static class Commands
{
    public static RootCommand Root()
    {
        var root = new RootCommand(
            "Shows where the cycles of a VM exit go, stage by stage, and whether a patch changed it.\n\n"
                + "Exit codes: 0 done; 1 wrong usage; 2 this host or an input does not allow it; 3 the gate failed (--fail-on); 4 cannot tell (--fail-on "
                + "cannot-tell); 70 a bug of ours; 130 interrupted (what was recorded is kept)."
        )
        {
            ProfileCommand.Create(),
            RecordCommand.Create(),
            AttachCommand.Create(),
            RunCommand.Create(),
            ImportCommand.Create(),
            CrosscheckCommand.Create(),
            ReportCommand.Create(),
            ExportCommand.Create(),
            AbCommand.Create(),
            CompareCommand.Create(),
            ForecastCommand.Create(),
            SuiteCommand.Create(),
            DoctorCommand.Create(),
            ListCommand.Create(),
            HostCommand.Create(),
            GuestCommand.Create(),
            AttachTrialCommand.Create(),
        };
        foreach (Option option in Verbosity.Options()) root.Options.Add(option);
        Overview.AddTo(root);
        return root;
    }
}
