/** YAML text as documents, within bounds: what is hostile ends here, before anything that recurses or grows sees it. */
import { Composer, type Document, Lexer, type LineCounter, Parser, type Tags } from 'yaml';

/** Deeper than any configuration or values file; far from what a call stack cannot hold. */
export const DEPTH_LIMIT = 100;

/** Helm's parser keeps times and base-60 numbers as text; so do we. */
const customTags = (tags: Tags): Tags =>
  tags
    .filter((tag) => typeof tag === 'string' || !isTime(tag))
    .map((tag) => (typeof tag === 'string' ? tag : withDigits(tag)));

/** The library takes `e0` and `.` for numbers, and reads NaN; to Helm's parser they are text. */
function withDigits<T extends { readonly test?: RegExp }>(tag: T): T {
  if (tag.test?.test('e0') !== true && tag.test?.test('.') !== true) return tag;
  return { ...tag, test: new RegExp(`^(?=[-+]?\\.?[0-9])(?:${tag.test.source})`) };
}

function isTime(tag: { readonly tag: string; readonly format?: string }): boolean {
  return tag.format === 'TIME' || tag.tag.endsWith(':timestamp');
}

/** As Helm and Kubernetes read YAML. */
export const HELM_YAML = { version: '1.1', customTags } as const;

export interface ParseOptions {
  /** Helm reads values as YAML 1.1 (`yes` is true); lifeboat.yaml is YAML 1.2. */
  readonly version: '1.1' | '1.2';
}

export interface Documents {
  /** The first one, and the second one where there is one; more are not looked at. */
  readonly documents: readonly Document[];
  /** Where the nesting grows too deep; nothing was composed then. */
  readonly tooDeep?: number;
}

class TooDeep extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super('nested too deeply');
    this.offset = offset;
  }
}

/** The parser keeps its nesting in a list; the composer, which comes after it, on the call stack. */
function* tokens(text: string, parser: Parser) {
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > DEPTH_LIMIT) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}

/** Duplicate keys are not looked for here: the library compares each key with each other one. */
export function composeDocuments(text: string, lineCounter: LineCounter, options: ParseOptions): Documents {
  lineCounter.addNewLine(0);
  const parser = new Parser(lineCounter.addNewLine);
  const composer = new Composer({
    version: options.version,
    customTags,
    merge: true,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const documents: Document[] = [];
  try {
    for (const document of composer.compose(tokens(text, parser))) {
      documents.push(document);
      if (documents.length === 2) break;
    }
  } catch (error) {
    if (error instanceof TooDeep) return { documents: [], tooDeep: error.offset };
    throw error;
  }
  return { documents };
}
