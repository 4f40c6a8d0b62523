using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>Sends the exits of a trace to a server as the trace is read, in memory that does not grow with their number.</summary>
public sealed class ClickHouseExits : IDisposable
{
    private const int RowsPerBlock = 1 << 15;

    private readonly ClickHouseInsert<ExitTableRows> insert;

    public ClickHouseExits(ClickHouseServer server, CancellationToken cancelled) => insert = new(
        server, ClickHouseTables.Exits.InsertStatement, () => new ExitTableRows(), rows => rows.Block, cancelled);

    /// <summary>Reads a trace and waits until the server has all of its exits.</summary>
    /// <returns>How many exits were sent.</returns>
    /// <exception cref="TraceFormatException">The file is no trace.</exception>
    /// <exception cref="ClickHouseException">The server does not take them.</exception>
    public long Send(string path, ExportedTrace trace)
    {
        var writer = new ExitSender(insert, trace);
        TraceReader.Read(path, new ExitRows(writer));
        writer.End();
        insert.Finish();
        return writer.Sent;
    }

    public void Dispose() => insert.Dispose();

    private sealed class ExitSender(ClickHouseInsert<ExitTableRows> insert, ExportedTrace trace) : IExitRowWriter
    {
        /// <summary>More blocks than vCPUs can have begun together.</summary>
        private const int BlocksAtOnce = 1 << 14;

        private readonly ConditionalWeakTable<ExitClass, ExitClassWords> words = [];
        private readonly Dictionary<EventGroups, string> names = [];

        /// <summary>How many exits of a block have come: blocks of several vCPUs come in turns.</summary>
        private readonly Dictionary<int, int> seen = [];
        private ExitTableRows rows = insert.Rent();
        private Block? block;
        private int at;
        private string events = "";
        private ExitClass? exitClass;
        private ExitClassWords? known;

        public long Sent { get; private set; }

        public void Begin(TraceHeader header)
        {
        }

        public void Row(in ExitRow row)
        {
            if (!ReferenceEquals(row.Block, block)) Turn(row.Block);
            if (!ReferenceEquals(row.Class, exitClass))
            {
                exitClass = row.Class;
                known = words.GetValue(exitClass, ExitClassWords.Of);
            }
            bool used = !row.Block.Calibration && at >= row.Block.WarmUp && at < row.Block.Exits - row.Block.CoolDown;
            at++;
            rows.Add(trace, row, known!, events, used);
            Sent++;
            if (rows.Block.Rows < RowsPerBlock) return;
            insert.Post(rows);
            rows = insert.Rent();
        }

        public void Finding(Finding finding)
        {
        }

        public void End()
        {
            if (rows.Block.Rows > 0) insert.Post(rows);
        }

        private void Turn(Block next)
        {
            if (block is not null) seen[block.Index] = at;
            if (seen.Count > BlocksAtOnce) seen.Clear();
            block = next;
            at = seen.GetValueOrDefault(next.Index);
            if (!names.TryGetValue(next.Events, out string? name)) names.Add(next.Events, name = next.Events.Name());
            events = next.LeftOut == Traces.Block.AllOn ? name : $"{name} without {next.LeftOut.Name()}";
        }
    }
}
