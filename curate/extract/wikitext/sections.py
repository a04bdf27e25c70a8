"""Headings of sections that hold no prose: notes, sources, further reading, links, what to see also.

Whole titles, in lower case, of the twenty languages of Llama 1 and of those beside them that most articles are in; from
the articles' own customs, by hand. A section ends at the next heading of its level or above. A title that also heads
prose in its language ("Literature", "Sources" of a river) is here only where Wikipedias use it for lists of books.
"""

_BY_LANGUAGE = {
    "en": """references|notes|footnotes|citations|sources|bibliography|works cited|external links|see also|
        further reading|notes and references|references and notes|references and sources|sources and references|
        general references|general and cited references|cited references|cited sources|cited works|citations and notes|
        notes and citations|footnotes and references|external link|links|weblinks|references and further reading|
        further reading and external links|explanatory notes|informational notes|notes and sources|gallery""",
    "de": """einzelnachweise|weblinks|siehe auch|literatur|quellen|anmerkungen|fußnoten|belege|nachweise|
        anmerkungen und einzelnachweise|einzelnachweise und anmerkungen|quellen und einzelnachweise|referenzen|
        literatur und weblinks|weblinks und literatur|literatur und quellen|weiterführende literatur|externe links|
        quellen und literatur|galerie""",
    "fr": """notes et références|références|notes|voir aussi|liens externes|lien externe|bibliographie|
        articles connexes|article connexe|liens internes|annexes|sources|notes et sources|pour approfondir|
        références et notes|notes & références|filmographie indicative|portail|sources et bibliographie|
        sources et références|voir également|liens""",
    "es": """referencias|notas|véase también|vease también|enlaces externos|enlace externo|bibliografía|
        notas y referencias|referencias y notas|fuentes|lectura adicional|lecturas adicionales|
        bibliografía adicional|bibliografía consultada|lecturas recomendadas|galería|galería de imágenes""",
    "it": """note|bibliografia|voci correlate|altri progetti|collegamenti esterni|riferimenti|fonti|
        note e riferimenti|riferimenti bibliografici|galleria d'immagini""",
    "pt": """referências|notas|ver também|veja também|ligações externas|ligação externa|bibliografia|
        notas e referências|referências bibliográficas|fontes|leitura adicional|leitura complementar|
        links externos|notas de rodapé|galeria""",
    "nl": """bronnen|referenties|externe links|externe link|zie ook|literatuur|noten|voetnoten|
        bronnen, noten en/of referenties|bronnen en referenties|bronvermelding|noten en referenties|
        bronnen en noten|verder lezen|bibliografie|galerij""",
    "pl": """przypisy|bibliografia|linki zewnętrzne|zobacz też|uwagi|źródła|literatura|literatura dodatkowa|
        linki|galeria""",
    "sv": """referenser|källor|noter|fotnoter|se även|externa länkar|vidare läsning|litteratur|
        källförteckning|källor och noter|anmärkningar|allmänna källor|tryckta källor|webbkällor|bildgalleri""",
    "da": """referencer|kilder|noter|fodnoter|se også|eksterne henvisninger|eksterne links|litteratur|
        kilder og henvisninger|henvisninger|kilder/henvisninger|referencer og noter|noter og referencer|
        yderligere læsning|galleri""",
    "cs": """reference|poznámky|externí odkazy|související články|literatura|odkazy|zdroje|poznámky a reference|
        další literatura|prameny|související|galerie|viz též""",
    "hu": """jegyzetek|források|hivatkozások|további információk|külső hivatkozások|lásd még|irodalom|
        kapcsolódó szócikkek|bibliográfia|felhasznált irodalom|megjegyzések|lábjegyzetek|forrás|galéria|
        ajánlott irodalom|kapcsolódó cikkek""",
    "ro": """note|referințe|referinţe|bibliografie|legături externe|vezi și|vezi şi|note și referințe|surse|
        lectură suplimentară|note de subsol|lecturi suplimentare|galerie|galerie de imagini""",
    "ca": """referències|notes|bibliografia|vegeu també|enllaços externs|enllaç extern|notes i referències|
        fonts|referències i notes|bibliografia complementària|galeria|lectures addicionals""",
    "hr": """izvori|bilješke|bilješke i izvori|vanjske poveznice|poveznice|povezani članci|literatura|
        vidi još|reference|unutarnje poveznice|galerija""",
    "sl": """sklici|opombe|viri|zunanje povezave|glej tudi|literatura|sklici in opombe|opombe in sklici|
        reference|viri in opombe|nadaljnje branje|galerija""",
    "sr": """референце|напомене|извори|спољашње везе|види још|литература|белешке|спољне везе|
        референце и напомене|извори и референце|галерија|reference|napomene|izvori|spoljašnje veze|
        vidi još|literatura|vanjske veze|eksterni linkovi|vanjski linkovi|također pogledajte|bilješke""",
    "bg": """източници|бележки|външни препратки|вижте също|литература|бележки и източници|библиография|
        цитирани източници|допълнителна литература|галерия|бележки под линия""",
    "ru": """примечания|ссылки|литература|см. также|источники|внешние ссылки|комментарии|библиография|
        примечания и ссылки|см.также|смотрите также|сноски|использованная литература|галерея|
        литература и источники|ссылки и примечания|комментарии и примечания""",
    "uk": """примітки|посилання|література|див. також|джерела|джерела та література|виноски|коментарі|
        зовнішні посилання|джерела й література|джерела і література|бібліографія|посилання та примітки|
        література та джерела|примітки та джерела|галерея|література і джерела|дивіться також""",
    "be": "крыніцы|спасылкі|літаратура|гл. таксама|зноскі|заўвагі|глядзіце таксама|вонкавыя спасылкі",
    "zh": """参考文献|參考文獻|参考资料|參考資料|注释|註釋|外部链接|外部連結|外部鏈接|参见|參見|延伸阅读|
        延伸閱讀|脚注|腳註|注解|註解|相关条目|相關條目|参考来源|參考來源|来源|來源|扩展阅读|参考|參考|備註|备注|
        资料来源|資料來源|参看|參看|外部連接|参考书目|參考書目|图集|圖集|图库|圖庫|引用""",
    "ja": "脚注|出典|参考文献|関連項目|外部リンク|注釈|注|参考資料|脚註|註釈|関連書籍|関連文献|注釈・出典|ギャラリー",
    "ko": "각주|참고 문헌|참고문헌|외부 링크|같이 보기|참고 자료|주석|더 읽어보기|출처|참고|주해|참조|갤러리|내용주",
    "ar": """المراجع|مراجع|المصادر|مصادر|وصلات خارجية|روابط خارجية|انظر أيضا|انظر أيضًا|انظر ايضا|هوامش|
        الهوامش|ملاحظات|قراءات أخرى|للاستزادة|طالع أيضا|اقرأ أيضا|مراجع وملاحظات|معرض صور|المراجع والمصادر|
        وصلات إضافية""",
    "fa": """منابع|پانویس|جستارهای وابسته|پیوند به بیرون|پیوندهای بیرونی|یادداشت‌ها|یادداشت|پانوشت|
        کتاب‌شناسی|برای مطالعه بیشتر|نگارخانه|پی‌نوشت|منابع و پانویس|پیوندهای خارجی|گالری تصاویر|ارجاعات""",
    "he": "הערות שוליים|קישורים חיצוניים|ראו גם|לקריאה נוספת|מקורות|ביאורים|גלריית תמונות|הערות|גלריה|ראה גם",
    "hi": """सन्दर्भ|संदर्भ|बाहरी कड़ियाँ|इन्हें भी देखें|टिप्पणी|बाहरी कड़ियां|टीका टिप्पणी|स्रोत|
    यह भी देखें|ग्रन्थसूची""",
    "bn": "তথ্যসূত্র|বহিঃসংযোগ|আরও দেখুন|টীকা|আরো দেখুন|পাদটীকা|গ্রন্থপঞ্জি",
    "tr": """kaynakça|dış bağlantılar|ayrıca bakınız|notlar|kaynaklar|bibliyografya|konuyla ilgili yayınlar|
        ek okuma|dipnotlar|galeri|ayrıca bakınız.""",
    "vi": "tham khảo|liên kết ngoài|xem thêm|ghi chú|chú thích|đọc thêm|nguồn|tài liệu tham khảo|thư mục|hình ảnh",
    "id": """referensi|pranala luar|lihat pula|lihat juga|catatan|catatan kaki|daftar pustaka|bacaan lanjutan|
    rujukan|galeri""",
    "fi": "lähteet|viitteet|aiheesta muualla|katso myös|kirjallisuutta|huomautukset|kirjallisuus|viitteet ja lähteet",
    "no": """referanser|kilder|noter|se også|eksterne lenker|litteratur|fotnoter|referansar|kjelder|bakgrunnsstoff|
        sjå òg|eksterne lenkjer|fotnotar|sjå også|galleri|bilder""",
    "el": "παραπομπές|πηγές|εξωτερικοί σύνδεσμοι|δείτε επίσης|σημειώσεις|βιβλιογραφία|υποσημειώσεις|παρατηρήσεις",
    "eo": "referencoj|notoj|eksteraj ligiloj|vidu ankaŭ|literaturo|fontoj|bibliografio|piednotoj",
    "sk": "referencie|externé odkazy|pozri aj|iné projekty|literatúra|zdroj|zdroje|poznámky|galéria",
    "et": "viited|välislingid|vaata ka|kirjandus|märkused|allikad|galerii",
    "lt": "šaltiniai|nuorodos|taip pat skaitykite|literatūra|išnašos|pastabos|galerija",
    "lv": "atsauces|ārējās saites|skatīt arī|literatūra|piezīmes|atsauces un piezīmes",
    "la": "nexus externi|notae|vide etiam|bibliographia|pinacotheca|fontes|de hac re legere potes",
    "eu": "erreferentziak|kanpo estekak|ikus, gainera|bibliografia|oharrak|oharrak eta erreferentziak|kanpo loturak",
    "gl": "notas|véxase tamén|ligazóns externas|outros artigos|bibliografía|notas e referencias|galería",
    "th": "อ้างอิง|แหล่งข้อมูลอื่น|ดูเพิ่ม|เชิงอรรถ|หมายเหตุ|รายการอ้างอิง",
    "ka": "სქოლიო|რესურსები ინტერნეტში|იხილეთ აგრეთვე|ლიტერატურა|გარე ბმულები|წყაროები",
    "hy": "ծանոթագրություններ|արտաքին հղումներ|տես նաև|գրականություն|աղբյուրներ",
    "ms": "rujukan|pautan luar|lihat juga|nota|bacaan lanjut",
}  # fmt: skip
NO_PROSE = frozenset(title.strip() for titles in _BY_LANGUAGE.values() for title in titles.split("|"))
