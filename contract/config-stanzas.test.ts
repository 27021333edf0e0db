/**
 * Our reader beside HashiCorp's own parser of HCL 1, the language of both servers: of every text that the parser
 * takes, both tell the same of storage, seal, listener and retry_join.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import hcl from 'js-hcl-parser';
import { type Body, stanzasOf } from './config-stanzas.ts';
import { HclSyntaxError } from './hcl-items.ts';

/** As JSON; undefined where the parser refuses the text. */
function asServersRead(text: string): string | undefined {
  const answer = hcl.parse(text);
  return answer.startsWith('unable') ? undefined : answer;
}

const NAMES = ['path', 'node_id', 'address', 'tls_disable', 'disabled', 'leader_api_addr'];

function told(body: Body): unknown {
  return {
    texts: NAMES.map((name) => body.text(name)),
    joins: body.bodies('retry_join').map((join) => NAMES.map((name) => join.text(name))),
  };
}

function facts(text: string): unknown {
  return ['storage', 'listener', 'seal'].map((name) =>
    stanzasOf(text, name).map(({ label, body }) => [label, told(body)]),
  );
}

const FORMS: readonly string[] = [
  'ui = true\nlistener "tcp" {\n  tls_disable = 1\n  address = "[::]:8200"\n}\nstorage "raft" {\n  path = "/d"\n}\n',
  'storage raft {\n  path = "/d"\n}\n',
  'storage "raft" { path = "/d", node_id = "a" }\n',
  'storage "raft" { path = "/d" node_id = "a" }\n',
  '"storage" "raft" {\n  "path" = "/d"\n}\n',
  'storage = { raft = { path = "/d" } }\n',
  'storage "raft"\n{\n  path = "/d"\n}\n',
  'ui = true api_addr = "x" storage "raft" { path = "/d" }\n',
  'storage "raft" {\r\n  path = "/d" # } \r\n}\r\n/* seal "a" {} */\r\nseal "b" {}\r\n',
  'storage "raft" {\n  retry_join = [{ leader_api_addr = "a" }, { leader_api_addr = "b" }]\n}\n',
  'storage "raft" {\n  retry_join { leader_api_addr = "a" }\n  retry_join { leader_api_addr = "b" }\n}\n',
  'listener "tcp" { address = "${HOSTNAME}:8200" }\nlistener "unix" { address = "/s" }\n',
  'seal "pkcs11" {\n  pin = <<E\n}\nE\n  disabled = "true"\n}\n',
];

for (const text of FORMS) {
  test(`reads as the servers do: ${JSON.stringify(text.slice(0, 60))}`, () => {
    const json = asServersRead(text);

    assert.ok(json !== undefined, 'the parser of the servers refuses this');
    assert.deepEqual(facts(text), facts(json));
    assert.notDeepEqual(facts(text), facts(''));
  });
}

const value = fc.constantFrom('1', 'true', '"x"', '"a } b"', '"# // "', '"/d"', '[1, "}"]', '<<E\n} {\nE\n');
const space = fc.constantFrom(' ', '', '  ', '\t');
const end = fc.constantFrom('\n', '\n\n', ' # } \n', ' // "\n', '\r\n', ' /* { */\n');
const attribute = fc
  .tuple(fc.constantFrom(...NAMES, 'other'), fc.boolean(), space, value, end)
  .map(([name, quoted, gap, text, last]) => `${quoted ? `"${name}"` : name}${gap}=${gap}${text}${last}`);
const join = fc
  .tuple(attribute, fc.boolean(), end)
  .map(([body, assigned, last]) => `retry_join ${assigned ? '= ' : ''}{\n${body}\n}${last}`);
const stanza = fc
  .tuple(
    fc.constantFrom('storage', 'listener', 'seal', 'telemetry'),
    fc.constantFrom('"raft"', 'raft', '"tcp"', '"awskms"'),
    fc.constantFrom(' {', ' { ', '\n{', '{\n'),
    fc.array(fc.oneof(attribute, join), { maxLength: 4 }),
    end,
  )
  .map(([name, label, open, body, last]) => `${name} ${label}${open}\n${body.join('')}}${last}`);
const config = fc.array(fc.oneof(stanza, attribute, end), { maxLength: 6 }).map((parts) => parts.join(''));

test('reads every text that the servers take as they do', () => {
  let taken = 0;
  fc.assert(
    fc.property(config, (text) => {
      const json = asServersRead(text);
      if (json === undefined) return;
      taken++;
      assert.deepEqual(facts(text), facts(json));
    }),
    { numRuns: 400 },
  );
  assert.ok(taken > 200, `only ${taken} texts were taken`);
});

test('what the servers refuse for its brackets and strings is refused here', () => {
  for (const text of ['storage "raft" {', 'a = "x', 'a = <<E\n', '/* x', 'a', '}']) {
    assert.equal(asServersRead(text), undefined, text);
    assert.throws(() => stanzasOf(text, 'storage'), HclSyntaxError, text);
  }
});
