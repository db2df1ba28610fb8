// Builds the pages of every export, and fails where one has no docstring or a link in one leads nowhere.
import { Application, ReflectionKind, TSConfigReader, TypeDocReader } from "typedoc"

const options = `${import.meta.dirname}/typedoc.json`
const app = await Application.bootstrap({ options }, [new TypeDocReader(), new TSConfigReader()])
const project = await app.convert()
if (!project) process.exit(1)

const isDocumented = (reflection) =>
  [reflection, ...(reflection.signatures ?? []), reflection.type?.declaration].some((each) => each?.hasComment?.())
const entries = project.getChildrenByKind(ReflectionKind.Module)
const exported = entries.flatMap((entry) => (entry.children ?? []).map((child) => [entry.name, child]))
const undocumented = exported.filter(([, child]) => !child.isReference() && !isDocumented(child))
for (const [entry, { name }] of undocumented) console.error(`${entry}: ${name} has no docstring`)

app.validate(project)
if (undocumented.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
await app.generateOutputs(project)
console.log(`${exported.length} exports of ${entries.length} entries`)
