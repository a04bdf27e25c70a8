r"""What the commands of LaTeX, AMS, REVTeX, AASTeX and plain TeX are to a reader of text: tables, no code.

`ARGUMENTS` says what becomes of a command's arguments: `*` an optional star, `o` an optional bracket, `-` braces that
go, `l` braces or the name of a length that go, `+` an argument that stays. A command in no table goes, and the text in
its braces stays.
"""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SECTIONS = {
    **{"part": 0, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5, "subparagraph": 6},
    **{"specialhead": 1, "head": 2, "heading": 2, "subhead": 3, "subheading": 3, "addchap": 1, "addsec": 2},
}
ENDED = {  # AMS-TeX writes some arguments up to a command of their own
    **{"head": "endhead", "heading": "endheading", "subhead": "endsubhead", "subheading": "endsubheading"},
    "specialhead": "endspecialhead",
}
OFF_UNTIL = {
    **{"topmatter": "endtopmatter", "Refs": "endRefs", "abstract": "endabstract"},
    **{"CCSXML": "endCCSXML", "refstyle": "\n"},
}

CITE, REF = "[cite]", "[ref]"
CITES = frozenset(
    words(
        """
        cite citep citet citealt citealp citeauthor citeyear citeyearpar citetext Citet Citep Citealt Citeauthor
        onlinecite citenum citen rcite parencite textcite autocite footcite smartcite supercite fullcite cites
        parencites textcites autocites Parencite Textcite Autocite citeA citeNP shortcite citeasnoun possessivecite
        citeposs bibref citemain citetalias citepalias footcitetext citeauthor citetitle citenop citeonline
        inlinecite
        """
    )
)
REFS = frozenset(
    words(
        """
        ref eqref pageref autoref cref Cref vref Vref fref Fref sref nameref Nameref subref labelcref namecref thref
        zcref prettyref refeq crefrange Crefrange vpageref autopageref fullref labelcpageref
        """
    )
)
TWICE = frozenset(("crefrange", "Crefrange"))
MANY = frozenset(("cites", "parencites", "textcites", "autocites"))

FORMULAS = frozenset(
    name + star
    for star in ("", "*")
    for name in words(
        """
        equation align alignat flalign gather multline eqnarray displaymath math dmath dgroup darray dseries
        xalignat xxalignat IEEEeqnarray subeqnarray mathpar mathparpagebreakable empheq alignedat aligned split
        gathered smalleq equationarray
        """
    )
)
DRAWINGS = frozenset(
    words(
        """
        tikzpicture pspicture pspicture* picture asy asypicture pgfpicture feynmandiagram fmffile fmfgraph fmfgraph*
        axis tikzcd forest overpic overpic* psfrags xy feynman circuitikz psmatrix chemfig diagram pgfonlayer scope
        pgfinterruptboundingbox pyconsole mfpic metapost filecontents filecontents*
        """
    )
)
OFF = frozenset(
    words(
        """
        thebibliography references references* biblist bibdiv bibsection refcontext comment abstract abstract*
        keywords keyword IEEEkeywords CCSXML AMS highlights graphicalabstract frontmatter authors titlepage theindex
        teaserfigure history nomenclature
        """
    )
)
FIGURES = frozenset(
    words(
        """
        figure figure* wrapfigure wrapfigure* SCfigure SCfigure* sidewaysfigure sidewaysfigure* subfigure subfloat
        floatingfigure figwindow marginfigure subcaptionblock subcaptiongroup floatrow plate plate* video
        rotatefigure longrotatefigure
        """
    )
)
TABLES = {  # environments of rows, and their arguments
    "tabular": "o-",
    **dict.fromkeys(("tabular*", "tabularx", "tabularx*", "tabulary", "tabu*", "xltabular"), "o--"),
    **dict.fromkeys(("longtable", "longtable*", "supertabular", "xtabular", "tabu", "longtabu", "tblr", "array"), "o-"),
    **dict.fromkeys(("mpsupertabular", "NiceTabular", "longtblr", "talltblr"), "o-"),
    **dict.fromkeys(("deluxetable", "deluxetable*", "longdeluxetable", "splitdeluxetable", "splitdeluxetable*"), "-"),
    "tabbing": "",
}
LISTS = {
    **dict.fromkeys(("itemize", "itemize*", "compactitem", "list", "trivlist", "inparaitem", "asparaitem"), "- "),
    **dict.fromkeys(("enumerate", "enumerate*", "compactenum", "inparaenum", "asparaenum", "romanenumerate"), "1"),
    **dict.fromkeys(("description", "description*", "compactdesc", "easylist", "labeling"), ""),
}
THEOREMS = {
    name.lower(): name
    for name in words(
        """
        Theorem Lemma Proposition Corollary Definition Remark Example Conjecture Claim Fact Assumption Axiom
        Observation Question Problem Exercise Notation Hypothesis Property Proof Solution
        """
    )
} | {"pf": "Proof", "pf*": "Proof", "prf": "Proof", "demo": "Proof"}
ENVIRONMENTS = {  # transparent, but for what stands behind \begin
    "minipage": "ooo-",
    **dict.fromkeys(
        ("multicols", "multicols*", "spacing", "adjustbox", "turn", "rotate", "CJK", "otherlanguage"), "o-"
    ),
    **dict.fromkeys(("adjustwidth", "adjustwidth*", "CJK*"), "--"),
    **dict.fromkeys(("wraptable", "floatingtable"), "o-o-"),
    **dict.fromkeys(
        ("subequations", "center", "quote", "quotation", "flushleft", "flushright", "table", "table*"), "o"
    ),
    **dict.fromkeys(("sidewaystable", "sidewaystable*", "algorithm", "algorithm*", "floattable", "SCtable"), "o"),
    **dict.fromkeys(("scaletikzpicturetowidth", "resizedtikz", "scalebox"), "-"),
}

ARGUMENTS = {
    # what has no text
    **dict.fromkeys(
        words(
            """
            bibliography bibliographystyle pagestyle thispagestyle pagenumbering hyphenation
            nocite addbibresource index glossary label graphicspath usetikzlibrary usepgfplotslibrary tikzset
            pgfplotsset hypersetup lstset geometry  setlist captionsetup newcounter
            stepcounter refstepcounter theoremstyle bibitem sisetup input include includeonly subfile newlength
            newsavebox usebox phantom hphantom vphantom color pagecolor DeclareGraphicsExtensions
            selectlanguage fontfamily fontseries fontshape fontencoding linespread verbatiminput lstinputlisting
            inputminted bibdata received accepted revised published keywords pacs preprint email ead
            correspondingauthor corref affil affiliation address altaffiliation altaffilmark altaffiltext author
            authors date institute institution shorttitle shortauthors authorrunning titlerunning subjclass
            dedicatory curraddr urladdr orcid orcidlink editor journal volume doi submitjournal tablewidth
            tabletypesize tablecolumns tablenum tablenotemark subjectheadings slugcomment
            journalinfo setstretch markright tocless nomenclature hyperdef anchor bookmark pdfbookmark
            currentpdfbookmark thanks tnotetext cortext fntext tnoteref fnref uses proves lean mathlibok plate
            epsfbox plotone epsfig psfig includepdf includesvg special marginpar marginnote sidenote todo
            missingfigure fxnote vadjust message typeout errmessage immediate write NeedsTeXFormat ProvidesPackage
            ProvidesClass ProvidesFile subtitle contentsname bibinfo bibfield bibnamefont bibfnamefont
            ccsdesc acmConference acmBooktitle
            """
        ),
        "*o-",
    ),
    "includegraphics": "*oo-",
    "includestandalone": "o-",
    **dict.fromkeys(("documentclass", "documentstyle", "usepackage", "RequirePackage", "LoadClass"), "o-o"),
    **dict.fromkeys(("vspace", "hspace", "enlargethispage"), "*l"),
    **dict.fromkeys(("setlength", "addtolength", "settowidth", "settoheight"), "l-"),
    **dict.fromkeys(("setcounter", "addtocounter", "addtocontents"), "--"),
    **dict.fromkeys(("printbibliography", "footnotemark", "endnotemark"), "o"),
    **dict.fromkeys(("plottwo", "definecolorset", "markboth", "counterwithin", "numberwithin", "fontsize"), "--"),
    "rule": "o--",
    **dict.fromkeys(("addcontentsline", "definecolor", "titlespacing"), "*o---"),
    **dict.fromkeys(("DeclareMathAlphabet", "DeclareSymbolFont", "SetSymbolFont"), "-----"),
    "DeclareMathSymbol": "----",
    "titleformat": "*-o----o",
    **dict.fromkeys(("SetKw", "SetKwInput", "SetKwInOut", "SetKwData", "SetKwFunction", "SetKwComment"), "--"),
    **dict.fromkeys(("SetKwFor", "SetKwIF", "SetKwRepeat", "SetKwBlock", "SetKwProg"), "---"),
    "newunicodechar": "--",
    "DeclareUnicodeCharacter": "--",
    "crefname": "---",
    "Crefname": "---",
    # of several arguments the one with text
    **dict.fromkeys(("textcolor", "colorbox", "href", "hyperlink", "hypertarget"), "o-+"),
    **dict.fromkeys(("scalebox", "rotatebox", "foreignlanguage"), "o-oo+"),
    **dict.fromkeys(("makebox", "framebox"), "oo"),
    **dict.fromkeys(("multirow", "resizebox", "multicolumn", "hyperimage"), "*o-o-o+"),
    "parbox": "ooo-+",
    "tablenotetext": "-+",
    "raisebox": "-oo+",
    "fcolorbox": "o--+",
    "texorpdfstring": "+-",
    "ifthenelse": "--+",
    "iftoggle": "--+",
    "ifbool": "--+",
    "adjustbox": "-+",
    "hyperref": "o+",
    "rowcolor": "oo-",
    "cellcolor": "oo-",
    "arrayrulecolor": "oo-",
    "cmidrule": "o-",
    "cline": "-",
    "specialrule": "---",
    "addlinespace": "o",
    "newcolumntype": "-o-",
    "pagebreak": "o",
    "nopagebreak": "o",
    "nolinebreak": "o",
    "twocolumn": "",
    "subfigure": "oo+",
    "subfloat": "oo+",
    "sidesubfloat": "oo+",
    "stackunder": "o++",
    "newtheoremstyle": "---------",
    "declaretheoremstyle": "o-",
    "DeclareFieldFormat": "*o--",
    "lettrine": "o++",
    "ul": "+",
    "SI": "o++",
    "qty": "o++",
    "num": "o+",
    "si": "o+",
    "unit": "o+",
}
DIMENSIONED = frozenset(
    words(
        """
        vskip hskip kern mkern mskip raise lower moveleft moveright hsize vsize hoffset voffset parindent parskip
        baselineskip lineskip topskip tabskip magnification abovedisplayskip belowdisplayskip hangindent hangafter
        textwidth textheight oddsidemargin evensidemargin topmargin headheight headsep footskip columnsep tabcolsep
        arraycolsep epsfxsize epsfysize baselinestretch leftskip rightskip looseness penalty tolerance
        emergencystretch hfuzz vfuzz hbadness vbadness clubpenalty widowpenalty interlinepenalty displaywidowpenalty
        pageno secno fboxsep fboxrule linewidth columnwidth itemsep parsep topsep partopsep leftmargin labelsep
        labelwidth itemindent hbox vbox vtop hrule vrule vsplit
        """
    )
)
NAMES_NEXT = frozenset(  # commands that make the next control sequence mean something else
    words(
        """
        newcount newdimen newskip newtoks newbox newread newwrite newfam chardef mathchardef countdef font advance
        multiply divide the number romannumeral setbox wd ht dp textfont scriptfont scriptscriptfont skewchar show
        string meaning noexpand afterassignment futurelet newsymbol undefine
        """
    )
)
