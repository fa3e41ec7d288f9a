import { runProgram } from "../../local/program";
import { readProject, readStackConfiguration } from "../../local/stack";
import { PlausibleCloud } from "../support/plausibleCloud";
void (async () => {
  const project = await readProject("/work/main");
  const run = await runProgram(project, process.argv[2]!, await readStackConfiguration(project, process.argv[2]!), new PlausibleCloud());
  console.log(JSON.stringify(run));
})();
