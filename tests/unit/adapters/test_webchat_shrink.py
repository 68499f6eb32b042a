"""A smaller script is the same script."""

from __future__ import annotations

import pytest

from adapters.webchat import shrink


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("const a = 1; // one\n// two\nlet b = a + +a - -a;\n", "let a=1;let b=a+ +a- -a;"),
        ('say("a  // b", `c  ${ d }  e`);', 'say("a  // b",`c  ${ d }  e`);'),
        (r'const quote = "\" // still a text";', r'let quote="\" // still a text";'),
        (r"text.replace(/[/\]] {2}\/\/ x/g, y);", r"text.replace(/[/\]] {2}\/\/ x/g,y);"),
        ("const half = width / 2 / 1;", "let half=width/2/1;"),
        ("f(\n  a,\n  [b,],\n);", "f(a,[b]);"),
        ("for (const [x] of y) { z(x); }", "for(let[x]of y){z(x)}"),
        ("run((x) => x, async (y) => y, () => 1);", "run(x=>x,async(y)=>y,()=>1);"),
        (
            "class A { #one = 1; #two; three() { return this.#one + this.#one + this.#two; } }",
            "class A{#a=1;#b;three(){return this.#a+this.#a+this.#b}}",
        ),
        ("const LONG_MS = 5; wait(LONG_MS * 2);", "let $a=5;wait($a*2);"),
    ],
)
def test_of_a_script_only_what_its_reader_needs_goes(source: str, small: str) -> None:
    assert shrink.script(source) == small


@pytest.mark.parametrize(
    ("source", "small"),
    [
        (
            "/* why */\na:hover > b {\n  color: red;\n  margin: 0 auto;\n}\n",
            "a:hover>b{color:red;margin:0 auto}",
        ),
        ("header :focus { top: calc(1px - 0.5px); }", "header :focus{top:calc(1px - .5px)}"),
        ('a::after { content: " › /* */"; }', 'a::after{content:" › /* */"}'),
        (
            "a { --own: var(--kefu-accent, #fff); c: var(--own); }",
            "a{--a:var(--kefu-accent,#fff);c:var(--a)}",
        ),
        ("@media (max-width: 10.5px) { a { b: 100%; } }", "@media (max-width:10.5px){a{b:100%}}"),
    ],
)
def test_of_a_sheet_too(source: str, small: str) -> None:
    assert shrink.style(source) == small
