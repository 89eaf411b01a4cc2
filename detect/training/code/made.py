"""Logs and tables made up for training: machines write them, no package ships enough of them."""

import random

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


def make(folder):
    for name, maker, count in [("log", log, 150), ("csv", table, 150)]:
        for project in range(5):
            target = folder / name / f"made-{project}"
            target.mkdir(parents=True, exist_ok=True)
            for index in range(count // 5):
                (target / f"{index}.{name}").write_text(maker(random.Random(f"{name}{project}{index}")))
