import * as pulumi from "@pulumi/pulumi";

/**
 * Runs a Pulumi program in this process against the monitor that the environment names (`PULUMI_NODEJS_MONITOR`), as Pulumi's own
 * launcher does, but for its tracing and its loading of TypeScript, which take longer than the program.
 *
 * @param load requires the program. What it exports, or what a function that it exports returns, are the stack's outputs.
 */
export function launch(load: () => unknown): void {
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  void pulumi.runtime
    .runInPulumiStack(async () => {
      const program = load();
      return typeof program === "function" ? (program() as unknown) : program;
    })
    .then(() => pulumi.runtime.disconnect());
}

// One rejection surfaces once for every promise that waits for it.
const reported = new Set<unknown>();

function report(error: unknown): void {
  if (reported.has(error)) return;
  reported.add(error);
  process.exitCode = 1;
  const expected = pulumi.RunError.isInstance(error);
  void pulumi.log.error(
    expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
}
