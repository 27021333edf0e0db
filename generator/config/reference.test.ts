import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './load.ts';
import { configurationReference } from './reference.ts';
import { configSchema } from './schema.ts';
import { PATTERN_WORDS } from './schema-parts.ts';

interface Node {
  readonly description?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly [keyword: string]: unknown;
}

function walk(node: Node, path: string, visit: (path: string, node: Node) => void): void {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    visit(`${path}${key}`, child);
    walk(child, `${path}${key}.`, visit);
    if (child.items !== undefined) walk(child.items, `${path}${key}[].`, visit);
  }
}

test('every key is described, and stands in the reference', () => {
  const page = configurationReference();

  walk(configSchema, '', (path, node) => {
    // `extraEnv` holds what Kubernetes documents.
    if (path.includes('.extraEnv[]')) return;
    assert.ok((node.description ?? '').length > 5, `${path} has no description`);
    assert.ok(page.includes(`| \`${path}\` |`), `${path} is not in the reference`);
  });
});

test('every pattern is told in words', () => {
  walk(configSchema, '', (path, node) => {
    if (node.pattern !== undefined) assert.ok(node.pattern in PATTERN_WORDS, `${path}: ${node.pattern}`);
  });
});

test('the example of the reference is valid', () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(configurationReference()) ?? [];

  assert.equal(loadConfig('example', example).config.name, 'payments-vault');
});
