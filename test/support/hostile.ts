// Texts that somebody writes into a name, a message or a subject in the hope that a page takes them for more than text.
import * as fc from 'fast-check';

export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '` onfocus=alert(1) autofocus tabindex=1 `',
  '</title><svg onload=alert(1)>',
  '</style><style>*{display:none}',
  '<style>@import url(//evil.example)</style>',
  '}</style><b>',
  'url(javascript:alert(1))',
  'javascript:alert(1)',
  '<svg><use href="//evil.example/x.svg#a"/></svg>',
  '<cwdb-action action="call" endpoint="arn:aws:lambda:us-east-1:111122223333:function:evil"></cwdb-action>',
  '</cwdb-action><cwdb-action action="html" event="mouseenter">',
  '{"certificate":"other/one"}',
  '&lt;b&gt; &amp;amp; &#0; &notanentity',
  '<!-- --><![CDATA[ ]]>',
  '\u001b[31mred\u001b[0m\u0007',
  'first\nsecond\r\nthird\u2028fourth',
  'good\u202eexe.gpj',
  'a\u0000b\u200bc\ufeffd',
  '\ud800 lone surrogate',
  '=HYPERLINK("http://evil.example")',
  'x'.repeat(3_000),
];

/** One of these, or any text with some of them inside. */
export const hostileText = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(...HOSTILE),
          fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', '\\', '\n', '-->'),
        ),
        {
          maxLength: 8,
        },
      )
      .map((parts) => parts.join('')),
  );
