/** The frame of the pages: one file with its style inside. Its policy lets a browser load nothing and run nothing. */
import { escape } from "./html.js";
import { sheet } from "./theme.js";

export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escape(title)}</title>
<style>
${sheet}</style></head><body><main>
${body}
</main></body></html>
`;
