/**
 * The program that Windows starts as the service. A Node program cannot answer the Service Control Manager without native
 * parts, so this small one does: it is C# 5, compiled at the installation by the compiler of the .NET Framework 4 that every
 * Windows brings. It starts the agent, asks it to stop by closing its standard input, waits, and ends it if it must.
 */
export function windowsHostSource(options: {
  readonly serviceName: string;
  readonly binary: string;
  readonly configFile: string;
  readonly stopSeconds: number;
}): string {
  const { serviceName, binary, configFile, stopSeconds } = options;
  return `using System;
using System.Diagnostics;
using System.IO;
using System.ServiceProcess;
using System.Threading;

public sealed class CordonAgentHost : ServiceBase
{
    private const string Binary = ${csharp(binary)};
    private const string Arguments = ${csharp(`-c "${configFile}" run`)};
    private const int StopMilliseconds = ${Math.ceil(stopSeconds) * 1_000};

    private readonly object gate = new object();
    private Process agent;
    private bool stopping;

    public CordonAgentHost()
    {
        ServiceName = ${csharp(serviceName)};
        CanStop = true;
        CanShutdown = true;
        AutoLog = true;
    }

    public static void Main()
    {
        ServiceBase.Run(new CordonAgentHost());
    }

    protected override void OnStart(string[] args)
    {
        ProcessStartInfo start = new ProcessStartInfo(Binary, Arguments);
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.WorkingDirectory = Path.GetDirectoryName(Binary);
        start.EnvironmentVariables["CORDON_AGENT_STOP_ON_STDIN_END"] = "1";
        agent = Process.Start(start);
        Thread watcher = new Thread(Watch);
        watcher.IsBackground = true;
        watcher.Start();
    }

    protected override void OnStop()
    {
        StopAgent();
    }

    protected override void OnShutdown()
    {
        StopAgent();
    }

    private void StopAgent()
    {
        lock (gate) { stopping = true; }
        if (agent == null || agent.HasExited) return;
        RequestAdditionalTime(StopMilliseconds + 5000);
        agent.StandardInput.Close();
        if (!agent.WaitForExit(StopMilliseconds)) agent.Kill();
    }

    // The agent ended by itself: the service ends as failed, and the recovery actions start it again.
    private void Watch()
    {
        agent.WaitForExit();
        lock (gate) { if (stopping) return; }
        int code = agent.ExitCode == 0 ? 1 : agent.ExitCode;
        EventLog.WriteEntry("The agent ended with " + agent.ExitCode + "; its log file says why.", EventLogEntryType.Error);
        ExitCode = 1066;
        Environment.Exit(code);
    }
}
`;
}

/** A verbatim string: only the quotation mark is doubled. */
const csharp = (text: string) => `@"${text.replaceAll('"', '""')}"`;
