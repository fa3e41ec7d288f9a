import ora from "ora";

/** Tells the person what is going on, on standard error. */
export interface Progress {
  /**
   * Shows a step while it runs, and how it ended.
   *
   * @param run may say, line by line, what it found.
   */
  step<T>(title: string, run: (say: (line: string) => void) => Promise<T>): Promise<T>;
}

/** A spinner on a terminal, plain lines elsewhere. */
export function spinnerProgress(): Progress {
  return {
    async step(title, run) {
      const said: string[] = [];
      // Ctrl-C is the sandbox's to handle: it must end its processes first.
      const spinner = ora({ text: title, discardStdin: false, hideCursor: false }).start();
      const begin = performance.now();
      try {
        const result = await run((line) => said.push(line));
        spinner.succeed(`${title} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
        return result;
      } catch (error) {
        spinner.fail(title);
        throw error;
      } finally {
        for (const line of said) process.stderr.write(`    ${line}\n`);
      }
    },
  };
}
