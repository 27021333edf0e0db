/** HashiCorp's own parser of HCL 1, in which both servers read their configuration. Only tests ask it. */
declare module 'js-hcl-parser' {
  const hcl: {
    /** JSON, in which each block stands in a list; or a sentence that begins with "unable to parse". */
    parse(text: string): string;
  };
  export = hcl;
}
