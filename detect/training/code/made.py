"""Logs and tables made up for training: machines write them, no package ships enough of them."""

import random, re

WORDS = "order user cart price session cache worker node queue job shard table index region account invoice device".split()
NAMES = "Anna Ben Chloe David Emma Farid Greta Hugo Ines Jonas Karin Luca Maria Noah Olga Pavel".split()
LEVELS = ["INFO", "WARN", "ERROR", "DEBUG", "info", "warning", "error", "notice"]
MESSAGES = [
    "started in {n} ms", "cannot connect to {w}.internal:{n}: connection refused", "{w} {n} not found", "retrying ({n}/5)",
    "GET /api/v1/{w}s/{n} 200 {n}ms", "user={w} action=login status=ok", "slow query: {n} ms", "{w} service: shutting down",
    "accepted connection from 10.0.{n}.7 port {n}", "memory use {n} MB, {n} objects, gc {n} ms", "processed {n} {w}s in batch {n}",
]


def log(random):
    form = random.randrange(6)
    lines = []
    for second in range(random.randrange(8, 60)):
        text = random.choice(MESSAGES).format(w=random.choice(WORDS), n=random.randrange(1, 60000))
        level, word = random.choice(LEVELS), random.choice(WORDS)
        clock = f"{random.randrange(24):02}:{second % 60:02}:{random.randrange(60):02}"
        lines.append([
            f"2024-{form + 3:02}-{second % 28 + 1:02} {clock},{random.randrange(1000):03} {level} [{word}] {text}",
            f"2024-11-{second % 28 + 1:02}T{clock}.{random.randrange(1000):03}Z {level} {word}: {text}",
            f"Nov {second % 28 + 1:2} {clock} host-{random.randrange(9)} {word}[{random.randrange(9999)}]: {text}",
            f'10.1.{random.randrange(255)}.{random.randrange(255)} - - [{second % 28 + 1:02}/Nov/2024:{clock} +0000] "GET /{word}/{random.randrange(99)} HTTP/1.1" {random.choice([200, 304, 404, 500])} {random.randrange(9999)} "-" "Mozilla/5.0 (X11; Linux x86_64)"',
            f"[{clock}] [{word}/{level}]: {text}",
            f'time="2024-11-22T{clock}Z" level={level.lower()} msg="{text}" component={word} id={random.randrange(9999)}',
        ][form])
    return "\n".join(lines)


def table(random):
    split = random.choice([",", ";", "\t", ",", "|"])
    makers = [
        lambda: random.choice(NAMES), lambda: str(random.randrange(10**6)), lambda: f"{random.random() * 1000:.2f}",
        lambda: f"{random.choice(NAMES).lower()}@example.com", lambda: f"2024-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}",
        lambda: f'"{random.choice(WORDS)}, {random.choice(WORDS)}"', lambda: random.choice(["true", "false", "", "N/A"]),
    ]
    columns = [random.choice(makers) for _ in range(random.randrange(3, 9))]
    rows = [split.join(f"{random.choice(WORDS)}_{index}" for index in range(len(columns)))]
    rows += [split.join(column() for column in columns) for _ in range(random.randrange(5, 60))]
    return "\n".join(rows)


def chatter(random):
    """What people write to each other: links, names with an at sign, hash tags, signatures."""
    parts = [
        "see https://example.org/{w}/{n}?ref={w}", "@{a}_{n} thanks for the {w}!!", "RT @{w}{n}: {a} is at the {w} tonight #{w}", "lol (:",
        "On {n} Nov 2024, at 10:{n}, {a} wrote:", "> I think the {w} is fine, isn't it?", "<{a}@example.com>", "Tel: +44 20 7946 0{n}",
        "{a} {a} / {w} {w} / ext. {n}", "the {w} ({n} of them) & the {w}, i.e. most of it", "$ {n}.00 for a {w} [{n}]", "--", "{a}: when is it?",
        "&lt;3 &amp; all that", "P.S. bring: {w}, {w}; {w} and {n} more...", "* {w}: {n} %", "{a} - {w} - {n}:30 pm", "\"{w} {w}\" * {w} *",
    ]
    lines = []
    for _ in range(random.randrange(3, 20)):
        said = [random.choice(parts) for _ in range(random.randrange(1, 6))]
        said = [part.format(w=random.choice(WORDS), a=random.choice(NAMES), n=random.randrange(10, 99)) for part in said]
        lines.append(" ".join(said))
    return "\n".join(lines)


HEADS = ["@{h} ", "RT @{h}: ", ".@{h} ", "@{h} @{h} ", "{a}: ", "> ", ">> ", "- ", "[{n}:{n}] {a}: ", "{n}) ", "* ", "Q: ", "{a} wrote:\n> "]
TAILS = [
    " #{t}", " #{t} #{t}", " https://t.co/{r}", " http://bit.ly/{r}", " :)", " ;-)", " (:", " <3", " &lt;3", " lol", "!!!", " @ {n}:{n}", " {m} {n}, 2014 at {n}:{n} PM",
    " ... {t}", " -- {a}", " / {a}", " ({n} {t})", " [{t}]", " => {t}", " *{t}*", " _{t}_", " | {t}", " & more", " = {n} {t}", " $ {n}", " {n}%", " cc: {a}", " via @{h}",
]
MAILS = [
    "\"{a} {b}\" <{h}@example.com>", "{b}, {a} wrote:", "From: {a} {b} <{h}@example.org>", "Sent: {m} {n}, 2001 {n}:{n} PM", "cc: {b} {a}/HOU/ECT@ECT", "Subject: RE: {t} {t}",
    "(See attached file: {t}.doc)", "<< File: {t}_{t}.xls >>", "{n}/{n}/2001 {n}:{n} AM", "**** {t} ****", "=" * 70, "-" * 60, "*" * 50, "_" * 40, "{a} {b}, ext. {n}", "Tel. +1 (713) 555-{n}{n}",
    ":-)", "\\\\ //", "***", "\"{b}, {a}\"", "To: {a}@example.com; {b}@example.com", "{a} {b} | {t} | {t}",
]


def post(random, sentences):
    """What somebody says, with what people put around it."""
    fill = lambda form: form.format(
        a=random.choice(NAMES), b=random.choice(NAMES), n=random.randrange(10, 60), m=random.choice("January March June July Nov Dec".split()),
        h=random.choice(NAMES).lower()[: random.randrange(2, 6)] + random.choice(["", "_", "__", "x_"]) + random.choice(WORDS) + str(random.choice(["", random.randrange(99)])),
        t=random.choice(WORDS).title() * random.choice([1, 1, 2]), r="".join(random.choices("abcdefghkmnprstuvwxyzABCDEFGHKM23456789", k=10)),
    )
    said = random.choice(sentences)
    if random.random() < 0.3:
        # Corpora of posts have signs set apart.
        said = re.sub(r"([,.!?:;()'\"])", r" \1", said)
    said = random.choice([str.lower, str, str, str.upper if random.random() < 0.2 else str])(said)
    head = fill(random.choice(HEADS)) if random.random() < 0.6 else ""
    tail = "".join(fill(random.choice(TAILS)) for _ in range(random.randrange(3)))
    return fill(random.choice(MAILS)) if random.random() < 0.15 else head + said + tail


def posts(folder):
    """Posts around sentences of what was collected."""
    sentences = []
    for path in sorted(folder.glob("prose/*/*"))[::3]:
        text = path.read_text(errors="replace").replace("\n", " ")
        sentences += [said for said in re.split(r"(?<=[.!?]) +", text) if re.fullmatch(r"[A-Z][A-Za-z ,.'!?-]{20,140}", said)][:20]
    for index in range(600):
        chance = random.Random(f"post{index}")
        target = folder / "chatter" / f"made-post-{index % 20}"
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{index}.txt").write_text("\n".join(post(chance, sentences) for _ in range(chance.randrange(1, 30))))


def make(folder):
    for name, maker, count in [("log", log, 150), ("csv", table, 150), ("chatter", chatter, 200)]:
        for project in range(5):
            target = folder / name / f"made-{project}"
            target.mkdir(parents=True, exist_ok=True)
            for index in range(count // 5):
                (target / f"{index}.{name}").write_text(maker(random.Random(f"{name}{project}{index}")))
