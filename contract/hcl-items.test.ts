import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HclSyntaxError, hclItems, listValues, plainText } from './hcl-items.ts';

const names = (text: string) => hclItems(text).map(({ name }) => name);

/** The official chart's configuration for raft with three servers, and what people add to it. */
const CHART = `ui = true

listener "tcp" {
  tls_disable = 1
  address = "[::]:8200"
  # Enable unauthenticated metrics access (necessary for Prometheus Operator)
  #telemetry {
  #  unauthenticated_metrics_access = "true"
  #}
}
listener "tcp" { address = "[::]:8202" } // a second one, on one line

storage "raft" {
  path = "/vault/data"
  retry_join {
    leader_api_addr = "http://vault-0.vault-internal:8200"
  }
  retry_join {
    leader_api_addr = "http://vault-1.vault-internal:8200" # } not the end
  }
}

/* seal "awskms" {
  region = "nowhere"
} */
service_registration "kubernetes" {}
`;

test('items of the official chart are split, comments and nested blocks stepped over', () => {
  const items = hclItems(CHART);

  assert.deepEqual(
    items.map(({ name, labels, kind }) => [name, [...labels], kind]),
    [
      ['ui', [], 'attribute'],
      ['listener', ['tcp'], 'block'],
      ['listener', ['tcp'], 'block'],
      ['storage', ['raft'], 'block'],
      ['service_registration', ['kubernetes'], 'block'],
    ],
  );
  assert.deepEqual(names(items[3]?.body ?? ''), ['path', 'retry_join', 'retry_join']);
  assert.equal(items[0]?.body, 'true');
  assert.equal(items[2]?.text, 'listener "tcp" { address = "[::]:8202" }');
  assert.equal(items[4]?.body, '');
});

test('braces, quotes and comment signs inside of strings end nothing', () => {
  const block = `b "x}" { c = "a \${env("HOME")} \\\\" }`;
  const text = `a = "}{#//\\"]" # "\n${block}\nd = ["{", "//"]`;
  const items = hclItems(text);

  assert.deepEqual(
    items.map(({ name }) => name),
    ['a', 'b', 'd'],
  );
  assert.equal(items[0]?.body, '"}{#//\\"]"');
  assert.equal(items[1]?.text, block);
  assert.deepEqual([...(items[1]?.labels ?? [])], ['x}']);
  assert.equal(items[2]?.body, '["{", "//"]');
});

test('heredocs are kept whole, whatever stands in them', () => {
  const text = 'policy = <<-EOT\n  path "x" { }}} "\n  EOT is not the end\n  EOT\nplugin_directory = "/p"\n';
  const items = hclItems(text);

  assert.deepEqual(
    items.map(({ name }) => name),
    ['policy', 'plugin_directory'],
  );
  assert.equal(items[0]?.text, text.slice(0, text.indexOf('\nplugin')));
  assert.deepEqual(names('seal "pkcs11" {\n pin = <<E\n}\nE\n lib = "x"\n}\nui = 1'), ['seal', 'ui']);
});

test('line ends of Windows, quoted names, colons and several lines of one value are read', () => {
  const text =
    '"ui" = true\r\nstorage "raft" {\r\n  path = "/d"\r\n}\r\nlist = [\r\n 1,\r\n 2 # two ]\r\n]\r\nkey: "v"\r\nh = <<E\r\n}\r\nE\r\nz = 1\r\n';
  const items = hclItems(text);

  assert.deepEqual(
    items.map(({ name }) => name),
    ['ui', 'storage', 'list', 'key', 'h', 'z'],
  );
  assert.equal(plainText(hclItems(items[1]?.body ?? '')[0]?.body ?? ''), '/d');
  assert.equal(plainText(items[3]?.body ?? ''), 'v');
});

test('labels without quotes and values on the next line are read, as both servers read them', () => {
  const [item, address] = hclItems('storage raft {\n  path = "/d"\n}\napi_addr =\n  "http://a"\n');

  assert.deepEqual([...(item?.labels ?? [])], ['raft']);
  assert.equal(address?.body, '"http://a"');
});

test('a string loses its quotes, and every other value is text as it is', () => {
  const items = hclItems('a = "x\\"y"\nb = 1\ne = ["x"]');

  assert.deepEqual(
    items.map(({ body }) => plainText(body)),
    ['x"y', '1', '["x"]'],
  );
});

test('a list is split into its values', () => {
  assert.deepEqual(listValues('[{ a = "]" }, "x,y", 3,\n  # one more\n  [1, 2]\n]'), [
    '{ a = "]" }',
    '"x,y"',
    '3',
    '[1, 2]',
  ]);
  assert.deepEqual(listValues('[]'), []);
  assert.throws(() => listValues('[1, }]'), HclSyntaxError);
});

test('braces behind "=" are a block, as both servers take them', () => {
  const [item] = hclItems('storage = { raft = { path = "/d" } }');

  assert.equal(item?.kind, 'block');
  assert.equal(item?.body.trim(), 'raft = { path = "/d" }');
});

test('a text that is no HCL is refused with the place', () => {
  for (const [text, offset] of [
    ['a = "not closed\nb = 1', 4],
    ['storage "raft" {\n path = "/d"\n', 15],
    ['a = 1\n/* open', 6],
    ['a = <<EOT\nx\n', 4],
    ['a = 1\n}', 6],
    ['a = "x" + "y"', 8],
    ['a "b" "c"', 9],
    ['a = [1, (2]', 4],
    ['?', 0],
  ] as const)
    assert.throws(() => hclItems(text), { name: 'HclSyntaxError', offset }, text);
});

test('a hundred thousand open brackets, strings or heredocs neither loop nor exhaust the stack', () => {
  for (const piece of ['{', '[', '"', '<<E\n', '${', '/*', 'a {', '\\', '#', 'a = {\n']) {
    const text = `a = ${piece.repeat(100_000)}`;
    try {
      hclItems(text);
    } catch (error) {
      assert.ok(error instanceof HclSyntaxError, String(error));
    }
  }
});

const identifier = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,8}$/);
const signs = fc.string({ unit: fc.constantFrom(...'ab{}[]#/*<>=, '), maxLength: 12 });
const quoted = signs.map((text) => `"${text}"`);
const heredoc = signs.map((text) => `<<-END\n ${text}\n  END`);
const scalar = fc.oneof(quoted, fc.constantFrom('true', '1', '30'));
const value = fc.oneof(
  scalar,
  heredoc,
  fc.array(scalar, { maxLength: 3 }).map((list) => `[${list.join(', ')}]`),
  fc.array(scalar, { maxLength: 3 }).map((list) => `{\n${list.map((v, i) => `k${i} = ${v}`).join('\n')}\n}`),
);
const attribute = fc.tuple(identifier, value).map(([name, text]) => `${name} = ${text}`);
const block = fc
  .tuple(identifier, fc.array(quoted, { maxLength: 2 }), fc.array(attribute, { maxLength: 3 }))
  .map(([name, labels, body]) => `${[name, ...labels].join(' ')} {\n${body.join('\n')}\n}`);
const blank = fc
  .tuple(fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\n', ' # }{"\n', '\t// "\n', '/* \n } */ '))
  .map(([end, comment]) => `${end}${comment}`);

test('whatever is written comes out again: the items, in order, byte for byte', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(attribute, block), blank), { maxLength: 6 }), (written) => {
      const text = written.map(([item, between]) => `${item}${between}`).join('');

      const items = hclItems(text);

      assert.deepEqual(
        items.map((item) => item.text.trimEnd()),
        written.map(([item]) => item),
      );
      // A second round over the joined texts finds the same: what is kept for the private server is stable.
      const joined = items.map((item) => item.text).join('\n');
      assert.deepEqual(
        hclItems(joined).map((item) => item.text),
        items.map((item) => item.text),
      );
    }),
    { numRuns: 500 },
  );
});

test('any text at all is split or refused, and its items stand in it in order', () => {
  const noise = fc.string({ unit: fc.constantFrom(...'a"{}[]()=:,\n\r #/*<E\\$-.é'), maxLength: 60 });
  fc.assert(
    fc.property(noise, (text) => {
      try {
        let at = 0;
        for (const item of hclItems(text)) {
          const found = text.indexOf(item.text, at);
          assert.ok(found >= at && item.text.length > 0);
          at = found + item.text.length;
        }
      } catch (error) {
        assert.ok(error instanceof HclSyntaxError, String(error));
        assert.ok(error.offset >= 0 && error.offset <= text.length);
      }
    }),
    { numRuns: 3000 },
  );
});
