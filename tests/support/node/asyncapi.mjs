// node asyncapi.mjs FILE: parses an AsyncAPI document, and prints what is wrong with it.
import { fromFile, Parser } from '@asyncapi/parser';

const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
for (const { code, severity, message, path } of diagnostics) {
  console.log(`${['error', 'warning', 'information', 'hint'][severity]} ${code} at /${path.join('/')}: ${message}`);
}
if (!document || diagnostics.some(({ severity }) => severity <= 1)) {
  process.exit(1);
}
console.log(`${document.operations().length} operations`);
