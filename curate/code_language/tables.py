"""What names and endings of files say of their languages. Facts, collected by hand; nothing fitted.

Languages are called as GitHub's linguist calls them. In NAMES and ENDINGS a row is a language and what is its alone; in
SHARED an ending and the languages that use it, the likeliest first.
"""

NAMES = """
Makefile: makefile gnumakefile makefile.am makefile.in makefile.inc makefile.boot makefile.sco kbuild mkfile
CMake: cmakelists.txt
Dockerfile: dockerfile containerfile
Ruby: gemfile rakefile guardfile podfile fastfile vagrantfile capfile brewfile thorfile berksfile dangerfile appfile
Ruby: .irbrc .pryrc buildfile snapfile deliverfile matchfile
Python: sconstruct sconscript wscript .pythonstartup snakefile
Starlark: build.bazel workspace workspace.bazel module.bazel tiltfile
Shell: .bashrc .bash_profile .bash_aliases .bash_functions .bash_logout .profile .zshrc .zshenv .zprofile .zlogin
Shell: .xinitrc .xsession kshrc .kshrc .cshrc .login .envrc .flaskenv pkgbuild apkbuild bashrc
Shell: zshrc bash_profile profile bash_aliases zshenv xinitrc
Perl: cpanfile makefile.pl rexfile ack .latexmkrc latexmkrc
PHP: .php .php_cs .php_cs.dist
Lua: .luacheckrc
R: .rprofile .rapp.history expr-dist rprofile
Groovy: jenkinsfile
JavaScript: jakefile
Go Module: go.mod
Go Checksums: go.sum
TOML: cargo.lock pipfile poetry.lock uv.lock pdm.lock
YAML: .clang-format .clang-tidy .clangd pixi.lock yarn.lock
JSON: composer.lock flake.lock pipfile.lock .all-contributorsrc .watchmanconfig .arcconfig .tern-project .prettierrc
JSON: .jscsrc .jshintrc .eslintrc .babelrc .swcrc .nycrc
INI: .editorconfig .gitconfig .gitmodules .npmrc .coveragerc .flake8 .pylintrc .flowconfig pylintrc
Ignore List: .gitignore .dockerignore .npmignore .eslintignore .prettierignore .hgignore .git-blame-ignore-revs
Ignore List: .stylelintignore .vercelignore .helmignore
Git Attributes: .gitattributes
Vim Script: .vimrc vimrc .gvimrc _vimrc
Emacs Lisp: .emacs
Just: justfile .justfile
Meson: meson.build meson_options.txt
Text: license licence copying unlicense notice authors contributors changelog changes news install readme todo version
Text: requirements.txt codeowners robots.txt
"""

ENDINGS = """
Ada: adb ads ada
AppleScript: applescript
ActionScript: as
Assembly: asm s nasm nas a51 inc.asm
AutoHotkey: ahk
Awk: awk gawk mawk
Batchfile: bat cmd
BibTeX: bib bibtex
Bicep: bicep
C: c cats idc
C#: cs csx cake
C++: cpp cc cxx c++ cp hpp hh hxx h++ ipp ixx tpp txx tcc cppm inl
CMake: cmake cmake.in
COBOL: cob cbl cobol cpy ccp
CSS: css
CSV: csv
Clojure: clj cljs cljc cljx edn boot bb cljs.hl cl2
CoffeeScript: coffee cson
Common Lisp: lisp lsp asd ny sexp
Crystal: cr
Cuda: cu cuh
Cython: pyx pxd pxi
D: di
Dart: dart
Diff: diff patch
Dockerfile: dockerfile containerfile
EJS: ejs
Eiffel: e.eiffel
Elixir: ex exs
Elm: elm
Emacs Lisp: el emacs
Erlang: erl hrl escript xrl yrl app.src
F#: fs.fsharp fsi fsx
Fish: fish
Fortran: f90 f95 f03 f08 f77 for fpp
GDScript: gd
GLSL: glsl vert frag geom vsh fsh comp tesc tese
Go: go
Gradle: gradle
GraphQL: graphql gql graphqls
Groovy: groovy gvy grt gtpl nf
HCL: tf tfvars hcl nomad
HLSL: hlsl fxh hlsli
HTML: html htm xhtml html.hl
HTML+ERB: erb rhtml
HTML+Django: jinja jinja2 j2
Handlebars: hbs handlebars
Haskell: hs hs-boot hsc
Haxe: hx hxsl
INI: ini cfg prefs pro.user properties.ini desktop service
Idris: idr lidr
Java: java jav jsh
Java Properties: properties
JavaScript: js mjs cjs es6 jsx jsm jscad bones ssjs xsjs _js njs frag.js
JSON: json geojson topojson webmanifest webapp har gltf avsc json.example jsonl ndjson mcmeta tfstate yyp ipynb.json
JSON with Comments: jsonc code-workspace sublime-settings sublime-project
JSON5: json5
Julia: jl
Jupyter Notebook: ipynb
Kotlin: kt kts ktm
Lean: lean
Less: less
Literate Haskell: lhs
LLVM: ll
Lua: lua pd_lua rbxs nse p8 wlua rockspec
MDX: mdx
Makefile: mk mak make
Markdown: md markdown mdown mkd mkdn livemd ronn scd workbook mdwn
Mathematica: nb wl wls mt cdf nbp mathematica
Mustache: mustache
MATLAB: matlab
Mercury: moo
MLIR: mlir
Nim: nim nimble nims nimrod
Nix: nix
OCaml: ml mli eliom eliomi mll mly ml4
Objective-C: objc
Objective-C++: mm
OpenCL: cl opencl
OpenEdge ABL: abl
Org: org
PHP: php php3 php4 php5 phtml phps phpt ctp aw php_cs
PLpgSQL: pgsql
PLSQL: pls plsql pck pkb pks plb tps
Pascal: pas dpr lpr pascal dfm
Perl: pm plx ph perl psgi al
PostScript: ps eps
PowerShell: ps1 psd1 psm1
Prolog: prolog yap plt
Protocol Buffer: proto
Pug: pug jade
PureScript: purs
Python: py pyi pyw rpy gyp gypi py3 wsgi tac xpy bzl.py smk
QML: qml qbs
R: r rsx rprofile
Racket: rkt rktl rktd scrbl
Raku: raku rakumod p6 pm6 pl6 6pl nqp
ReScript: res resi
Reason: re rei
Ruby: rb rake gemspec ru podspec thor rabl jbuilder builder rbw rbx ruby rbuild mspec watchr arb
Rust: rs rs.in
SCSS: scss
SQL: sql cql ddl dml prc udf viw mysql
SVG: svg
Sass: sass
Scala: scala sbt sc kojo
Scheme: scm ss sld sls sps sch
Shell: sh bash zsh ksh csh tcsh bats command ebuild eclass bash_completion zsh-theme
Slim: slim
Smalltalk: st
Smarty: smarty
Solidity: sol
Starlark: bzl star
Standard ML: sml fun sig
Stylus: styl
Svelte: svelte
Swift: swift
SystemVerilog: sv svh vh
TOML: toml
TSQL: tsql
TSX: tsx
Tcl: tcl adp tm tcl.in itk
TeX: tex sty bbx cbx dtx ins ltx latex aux bst cls.tex
Text: txt text log nfo
Thrift: thrift
T4: t4 ttinclude
Twig: twig
Typst: typ
VBScript: vbs
VHDL: vhd vhdl vhf vhi
Vala: vala vapi
Verilog: veo
Vim Script: vim vimrc
Visual Basic .NET: vb vbhtml
Vue: vue
WGSL: wgsl
WebAssembly: wat wast
XML: xml xsd xsl xslt rss atom rdf wsdl csproj vbproj fsproj vcxproj props targets nuspec resx config plist xaml ant
XML: ux storyboard xib svcmap kml gpx dita ditamap jelly launch pom tmx iml xlf xliff scxml pt_br
YAML: yml yaml syntax yml.mysql yaml-tmlanguage sublime-syntax clang-tidy clangd
Yacc: y yacc yy
Zig: zig zon
jq: jq
mIRC Script: mrc
reStructuredText: rst rest rest.txt
Roff: 1 2 3 4 5 6 7 8 9 man mdoc roff nroff troff
Patch: rej
Snapshot: snap
"""

SHARED = """
h: C C++ Objective-C
m: Objective-C MATLAB Mathematica Mercury
pl: Perl Prolog Raku
pro: Prolog INI QMake
t: Perl Raku
v: Verilog Coq V
ts: TypeScript XML
mts: TypeScript
cts: TypeScript
fs: F# GLSL Forth
f: Fortran Forth
for: Fortran Forth
d: D Makefile
cls: TeX Apex OpenEdge ABL
i: Assembly SWIG
inc: PHP C++ Assembly Pascal SQL
asp: ASP
es: JavaScript Erlang
tab: SQL Text
rd: R
r: R Rebol
tt: T4 XML
q: q
sc: Scala SuperCollider
sql: SQL
toc: TeX
app: Erlang
fcgi: Perl Lua Python Ruby Shell
al: Perl AL
tsx: TSX XML
lock: YAML JSON TOML
conf: INI
cnf: INI
in: Text
hl: HTML Clojure
ms: Roff MAXScript
e: Eiffel E
b: Limbo Brainfuck
cl: Common Lisp OpenCL
rs: Rust XML
res: ReScript XML
mod: Modula-2 XML
st: Smalltalk HTML
l: Lex Common Lisp
re: Reason C++
vba: VBA Vim Script
bas: BASIC Visual Basic .NET
hql: HiveQL
n: Nemerle Roff
ch: C Charity
cfg: INI
gs: JavaScript Genie
sls: SaltStack Scheme
nb: Mathematica Text
mt: Mathematica
pp: Puppet Pascal
as: ActionScript AngelScript
ps: PostScript
w: CWeb
"""
