/** JSON Schema, with every error as a line. */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

export function faultsBy(schema: object): (data: unknown) => readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (data) => (validate(data) ? [] : validate.errors!.map(({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`));
}
