using System.Text.Json;
using System.Text.Json.Serialization;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// What <c>ab --aa</c> found out about the gate on this host: one file per CPU and kernel, with the last calibration of each scenario, in
/// $XDG_STATE_HOME/exitprof/calibrations (~/.local/state/exitprof/calibrations if that is not set).
/// </summary>
internal static class CalibrationStore
{
    public static string Folder
    {
        get
        {
            string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            if (string.IsNullOrEmpty(state))
                state = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            return Path.Combine(state, "exitprof", "calibrations");
        }
    }

    /// <summary>
    /// The last one of the scenario on a host with this CPU and kernel; of another scenario if it has none; null if nothing was calibrated
    /// there.
    /// </summary>
    public static GateCalibration? Find(string cpu, string kernel, string backend, string scenario)
    {
        GateCalibration[] all = [.. Read(FileOf(cpu, kernel)).Where(c => c.Backend == backend).OrderByDescending(c => c.Utc)];
        return all.FirstOrDefault(c => c.Scenario == scenario) ?? all.FirstOrDefault();
    }

    /// <returns>The file.</returns>
    public static string Keep(GateCalibration calibration)
    {
        string file = FileOf(calibration.Cpu, calibration.Kernel);
        Directory.CreateDirectory(Folder);
        GateCalibration[] others =
        [
            .. Read(file)
                .Where(c => (c.Backend, c.Scenario, c.Settings) != (calibration.Backend, calibration.Scenario, calibration.Settings)),
        ];
        WholeFile.WriteText(
            file,
            writer => writer.Write(JsonSerializer.Serialize([.. others, calibration], CalibrationJson.Default.GateCalibrationArray) + "\n")
        );
        return file;
    }

    private static GateCalibration[] Read(string file)
    {
        try
        {
            return File.Exists(file)
                ? [.. (JsonSerializer.Deserialize(File.ReadAllText(file), CalibrationJson.Default.GateCalibrationArray) ?? []).Where(Whole)]
                : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // What nobody can read was never calibrated: the comparison says so, and the next calibration recreates the file.
            return [];
        }
    }

    private static bool Whole(GateCalibration? c) =>
        c
            is
        {
            Cpu: not null,
            Kernel: not null,
            Backend: not null,
            Scenario: not null,
            Settings: not null,
            Windows: > 0,
            Excluding: >= 0,
            Alpha: > 0,
            QuadError: > 0,
            SecondsPerQuad: > 0
        };

    private static string FileOf(string cpu, string kernel)
    {
        string name = string.Concat(
            $"{cpu}-{kernel}".ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')
        );
        return Path.Combine(Folder, (name.Length > 100 ? name[..100] : name) + ".json");
    }
}

/// <summary>Made when the code is compiled: a trimmed command has no reflection to do it.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GateCalibration[]))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
