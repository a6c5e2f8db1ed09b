/** `npm run schema`: writes docs/report.schema.json anew from the report's schema in the code. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { reportJsonSchema } from "../analytics/report";

const file = path.resolve(__dirname, "../docs/report.schema.json");
writeFileSync(file, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
