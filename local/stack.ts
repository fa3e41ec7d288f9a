import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";

/** A Pulumi project: what its Pulumi.yaml says of running the program. */
export interface Project {
  directory: string;
  name: string;
  /** The program, from the directory. */
  main: string;
}

/** A stack's configuration as Pulumi hands it to a program: text by full key (`PROJECT:KEY`), structured values as JSON. */
export interface StackConfiguration {
  values: Record<string, string>;
  /** Keys with a secret in them. */
  secretKeys: string[];
}

/** @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
export async function readProject(directory: string): Promise<Project> {
  const file = parse(await readFile(path.join(directory, "Pulumi.yaml"), "utf8")) as {
    name: string;
    main?: string;
  };
  return { directory, name: file.name, main: file.main ?? "." };
}

/**
 * Reads Pulumi.STACK.yaml. An encrypted value becomes the text "[secret]": the key to it is the stack's, and is not needed here.
 *
 * @throws Error if the project has no such stack.
 */
export async function readStackConfiguration(project: Project, stack: string): Promise<StackConfiguration> {
  const file = path.join(project.directory, `Pulumi.${stack}.yaml`);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT"
      ? new Error(`there is no stack "${stack}": ${path.basename(file)} does not exist`)
      : error;
  });
  const { config = {} } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  const entries = Object.entries(config).map(([key, value]) => ({ key, ...opened(value) }));
  return {
    values: Object.fromEntries(
      entries.map(({ key, value }) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys: entries.filter(({ secret }) => secret).map(({ key }) => key),
  };
}

/** A value with every `secure: ...` in it replaced. */
function opened(value: unknown): { value: unknown; secret: boolean } {
  if (typeof value !== "object" || value === null) return { value, secret: false };
  if (Object.keys(value).length === 1 && "secure" in value) return { value: "[secret]", secret: true };
  const parts = Object.entries(value).map(([name, part]) => ({ name, ...opened(part) }));
  return {
    value: Array.isArray(value)
      ? parts.map((part) => part.value)
      : Object.fromEntries(parts.map((part) => [part.name, part.value])),
    secret: parts.some(({ secret }) => secret),
  };
}
