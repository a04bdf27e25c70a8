"""What wikis call the namespaces whose links show nothing on a page, and the prefixes of other languages' wikis.

A dump's own header names its namespaces (`curate.sources.wikipedia.site`); this table is for markup that comes without
one, and for the English names, which every wiki understands. Three rules in `links` need no table at all: a file's
name ends like one, a category stands alone on its line, and so does a link to another language.
"""

HIDDEN = frozenset(
    """
    file image media category special
    datei bild kategorie spezial fichier image catégorie categorie spécial archivo imagen categoría categoria especial
    ficheiro arquivo imagem fitxer imatge immagine bestand afbeelding plik grafika kategoria kategória fil billede
    kategori bilde soubor obrázek kategorie súbor fájl kép kategória fișier fişier imagine categorie datoteka slika
    kategorija tiedosto kuva luokka dosya resim tập_tin hình thể_loại berkas gambar fail pilt kategooria attēls fails
    vaizdas bildo dosiero kategorio artxiboa irudi kategoria ficheru íomhá catagóir delwedd mynd flokkur skrá stampa
    skeda lêer beeld kategorie ofbyld bestân restr rummad skeudenn rannad dealbh roinn wêne kategorî fayl şəkil
    kateqoriya fayl turkum larawan kategorya talaksan picha jamii categoría immaghini catigurìa fìggiura vantaxa bild
    datai kategoreja medeja
    файл изображение категория категорія зображення выява катэгорыя слика категорија датотека картинка файл сурет санат
    төркем рәсем категори ӳкерчĕк зураг ангилал акс гурӯҳ
    αρχείο εικόνα κατηγορία պատկեր կատեգորիա სურათი ფაილი კატეგორია
    ファイル 画像 カテゴリ 文件 檔案 档案 文件 图像 圖像 分类 分類 파일 그림 분류
    ملف صورة تصنيف پرونده تصویر رده تصنيف زمرہ فائل پەڕگە پۆل وێنە فایل بؤلمه קובץ תמונה קטגוריה טעקע בילד קאַטעגאָריע
    चित्र श्रेणी संचिका वर्ग छवि চিত্র বিষয়শ্রেণী ছবি படிமம் பகுப்பு దస్త్రం వర్గం ಚಿತ್ರ ವರ್ಗ പ്രമാണം ചിത്രം വർഗ്ഗം
    ચિત્ર શ્રેણી ਤਸਵੀਰ ਸ਼੍ਰੇਣੀ ගොනුව රූපය ප්‍රවර්ගය ไฟล์ ภาพ หมวดหมู่ ဖိုင် ကဏ္ဍ រូបភាព ចំណាត់ថ្នាក់ክፍል መደብ ፋይል ስዕል
    """.replace("_", " ").split()
) | {"tập tin", "thể loại", "hình ảnh"}

# Codes of Wikipedias. A link with such a prefix and no colon before it is a link in the margin, not in the text.
_CODES = """
    aa ab ace ady af ak als alt am ami an ang ar arc ary arz as ast atj av avk awa ay az azb ba ban bar bat-smg bcl be
    be-tarask be-x-old bg bh bi bjn blk bm bn bo bpy br bs bug bxr ca cbk-zam cdo ce ceb ch cho chr chy ckb co cr crh cs
    csb cu cv cy da dag de din diq dsb dty dv dz ee el eml en eo es et eu ext fa ff fi fiu-vro fj fo fr frp frr fur fy
    ga gag gan gcr gd gl glk gn gom gor got gu guw gv ha hak haw he hi hif ho hr hsb ht hu hy hyw hz ia id ie ig ii ik
    ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp kcg kg ki kj kk kl km kn ko koi kr krc ks ksh ku kv kw ky la
    lad lb lbe lez lfn lg li lij lld lmo ln lo lrc lt ltg lv mad mai map-bms mdf mg mh mhr mi min mk ml mn mni mnw mo mr
    mrj ms mt mus mwl my myv mzn na nah nap nds nds-nl ne new ng nia nl nn no nov nqo nrm nso nv ny oc olo om or os pa
    pag pam pap pcd pcm pdc pfl pi pih pl pms pnb pnt ps pt pwn qu rm rmy rn ro roa-rup roa-tara ru rue rw sa sah sat sc
    scn sco sd se sg sh shi shn shy si simple sk skr sl sm smn sn so sq sr srn ss st stq su sv sw szl szy ta tay tcy te
    tet tg th ti tk tl tn to tpi tr trv ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo wa war wo wuu xal xh
    xmf yi yo yue za zea zh zh-classical zh-min-nan zh-yue zu
"""
LANGUAGES = frozenset(_CODES.split())
