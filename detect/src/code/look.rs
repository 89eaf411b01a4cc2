//! A first look at a line, at the cost of a few sums. Knows nothing of the rest of the crate: the training tool shares
//! this file.

/// How much of a line is looked at: prose comes as whole paragraphs.
const LOOKED_AT: usize = 400;
/// A line of fewer signs than one in so many bytes is plain, one of more than that dense.
const PLAIN: usize = 32;
const DENSE: usize = 10;
/// Plain lines up to this length may be code all the same if they open like it.
const LONGEST_OPENING: usize = 90;

/// Lines a comment can have: a sign that opens one in a text is never closed.
const LONGEST_COMMENT: usize = 120;
/// What opens a comment of several lines at the start of a line, and what closes it.
const COMMENTS: [(&[u8], &[u8]); 14] = [
    (b"/*", b"*/"),
    (b"<!--", b"-->"),
    (b"\"\"\"", b"\"\"\""),
    (b"'''", b"'''"),
    (b"(* ", b"*)"),
    (b"(***", b"*)"),
    (b"{-", b"-}"),
    (b"--[[", b"]]"),
    (b"<#", b"#>"),
    (b"#|", b"|#"),
    (b"=head", b"=cut"),
    (b"=pod", b"=cut"),
    (b"=begin", b"=end"),
    (b"<%#", b"%>"),
];

/// The comment of several lines in which a line stands, if any.
#[derive(Clone, Copy, Default)]
pub(crate) struct Comment {
    /// What closes it; empty outside.
    close: &'static [u8],
    lines: usize,
    /// Whether its first line begins with a star, as all others do then.
    starred: bool,
}

impl Comment {
    /// What the next line looks like.
    pub(crate) fn look(&mut self, line: &[u8]) -> Look {
        let text = line.trim_ascii_start();
        if self.is_open() && self.goes_on(text) {
            self.lines += 1;
            if self.lines > LONGEST_COMMENT || memchr(self.close, line) {
                *self = Self::default();
            }
            return Look::Comment;
        }
        if let Some((open, close)) = opening(text) {
            let rest = text.get(open.len()..).unwrap_or_default();
            *self = if memchr(close, rest) { Self::default() } else { Self { close, ..Self::default() } };
            return Look::Comment;
        }
        *self = Self::default();
        Look::at(line)
    }

    /// Whether the next line is one of the comment: of one whose lines begin with a star, only such lines are. What
    /// people paste is often cut within a comment, and words of theirs follow.
    fn goes_on(&mut self, text: &[u8]) -> bool {
        let star = text.starts_with(b"*");
        if self.lines == 0 {
            self.starred = star;
        }
        star || !self.starred
    }

    pub(crate) fn is_open(self) -> bool {
        !self.close.is_empty()
    }
}

/// Whether a text begins with a comment, of one line or several.
pub(crate) fn opens_comment(text: &[u8]) -> bool {
    is_comment(text) && !text.starts_with(b"*") || opening(text).is_some()
}

fn opening(text: &[u8]) -> Option<(&'static [u8], &'static [u8])> {
    match text.first()? {
        b'/' | b'<' | b'"' | b'\'' | b'(' | b'{' | b'-' | b'#' | b'=' => {
            COMMENTS.iter().copied().find(|(open, _)| text.starts_with(open))
        }
        _ => None,
    }
}

/// Whether a line has the sign.
fn memchr(sign: &[u8], line: &[u8]) -> bool {
    line.windows(sign.len()).any(|window| window == sign)
}

/// What a line looks like before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Blank,
    /// Reads like text: nothing in it speaks for code.
    Plain,
    /// A comment in one language or another, a heading or a bullet.
    Comment,
    /// A member of a JSON object: in code and in data.
    Member,
    /// Could be code, could be a sentence.
    Sparse,
    /// Full of signs.
    Dense,
}

impl Look {
    pub(crate) fn at(line: &[u8]) -> Self {
        let text = line.get(..LOOKED_AT).unwrap_or(line).trim_ascii();
        if text.is_empty() {
            return Self::Blank;
        }
        if is_comment(text) {
            return Self::Comment;
        }
        if is_member(text) {
            return Self::Member;
        }
        let marks = count(text, is_mark);
        if marks * DENSE >= text.len() {
            return Self::Dense;
        }
        let speaks = (marks * PLAIN >= text.len() && has_sign(text)) || opens_like_code(text);
        if speaks { Self::Sparse } else { Self::Plain }
    }
}

/// Whether a line is one of a list, a table or a quotation, with which code does not begin.
pub(crate) fn is_listed(line: &[u8]) -> bool {
    match line.trim_ascii() {
        [b'-' | b'>', b' ', next, ..] => {
            next.is_ascii_alphanumeric() || matches!(next, b'`' | b'*' | b'[' | b'"')
        }
        [b'|', .., b'|'] => true,
        // Said by somebody; a comment of Vim has one such mark.
        [b'"', b' ' | b'A'..=b'Z', rest @ ..] => rest.contains(&b'"'),
        [b'0'..=b'9', b'.' | b')', b' ', ..] | [b'0'..=b'9', b'0'..=b'9', b'.' | b')', b' ', ..] => true,
        _ => false,
    }
}

/// Counts bytes. Sums in short pieces are added many at a time.
fn count(text: &[u8], of: impl Fn(u8) -> bool) -> usize {
    let sums = text.chunks(128).map(|piece| piece.iter().fold(0_u8, |sum, byte| sum + u8::from(of(*byte))));
    sums.map(usize::from).sum()
}

/// Signs that prose uses little. Written as comparisons, which run on many bytes at once.
fn is_mark(byte: u8) -> bool {
    let within = |first: u8, count: u8| byte.wrapping_sub(first) < count;
    let punctuation = within(b'!', 15) | within(b':', 7) | within(b'[', 6) | within(b'{', 4);
    let prose =
        (byte == b'.') | (byte == b',') | (byte == b'!') | (byte == b'?') | (byte == b'-') | (byte == b'\'');
    punctuation & !prose & (byte != b'%')
}

/// Whether a line of few signs has one that sentences do not use so.
fn has_sign(text: &[u8]) -> bool {
    let strong = |byte: u8| {
        let within = |first: u8, count: u8| byte.wrapping_sub(first) < count;
        within(b'{', 3)
            | within(b'<', 3)
            | within(b'[', 3)
            | within(b'#', 2)
            | (byte == b'_')
            | (byte == b'@')
            | (byte == b'*')
            | (byte == b'`')
            | (byte == b'\\')
    };
    let ends = matches!(text.last(), Some(b';' | b':' | b')' | b'(' | b',' | b'&' | b'"'));
    ends || count(text, strong) > 0
        || text.array_windows().any(|[before, sign, after]| {
            before.is_ascii_alphanumeric() && (*sign == b'(' || *sign == b':' && after.is_ascii_alphabetic())
        })
}

/// Whether the first word is one that opens lines of code without any sign.
fn opens_like_code(text: &[u8]) -> bool {
    if text.len() > LONGEST_OPENING {
        return false;
    }
    let first = text.split(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    OPENINGS.binary_search(&first).is_ok()
}

/// In the order of bytes.
static OPENINGS: [&[u8]; 93] = [
    b"ALTER",
    b"BEGIN",
    b"CALL",
    b"COMMIT",
    b"COPY",
    b"CREATE",
    b"DECLARE",
    b"DELETE",
    b"DIVISION",
    b"DROP",
    b"ENTRYPOINT",
    b"ENV",
    b"EXPOSE",
    b"FROM",
    b"GRANT",
    b"GROUP",
    b"IDENTIFICATION",
    b"IMPLICIT",
    b"INSERT",
    b"JOIN",
    b"LEFT",
    b"MOVE",
    b"ORDER",
    b"PERFORM",
    b"PROCEDURE",
    b"RUN",
    b"SELECT",
    b"SET",
    b"UPDATE",
    b"USER",
    b"VALUES",
    b"WHERE",
    b"WITH",
    b"WORKDIR",
    b"apt",
    b"begin",
    b"brew",
    b"call",
    b"case",
    b"cd",
    b"chmod",
    b"class",
    b"const",
    b"cp",
    b"curl",
    b"def",
    b"defmodule",
    b"delete",
    b"docker",
    b"echo",
    b"else",
    b"elsif",
    b"end",
    b"endif",
    b"enum",
    b"export",
    b"fn",
    b"from",
    b"func",
    b"function",
    b"git",
    b"goto",
    b"if",
    b"implicit",
    b"import",
    b"include",
    b"insert",
    b"interface",
    b"kubectl",
    b"let",
    b"local",
    b"mkdir",
    b"module",
    b"mov",
    b"npm",
    b"open",
    b"package",
    b"pip",
    b"private",
    b"program",
    b"public",
    b"require",
    b"return",
    b"select",
    b"struct",
    b"subroutine",
    b"sudo",
    b"then",
    b"type",
    b"use",
    b"using",
    b"var",
    b"wget",
];

/// Whether a line is `"key": value`.
fn is_member(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"\"") else { return false };
    let mut key = rest.splitn(2, |byte| *byte == b'"');
    key.next().is_some() && key.next().is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"))
}

/// Whether a line is a comment, as far as one line can tell.
pub(crate) fn is_comment(text: &[u8]) -> bool {
    match text {
        [b'/', b'/' | b'*', ..] | [b';', b';', ..] | [b'-', b'-', b' ', ..] | [b'*', b'/', ..] => true,
        [b'*', b' ', ..]
        | [b'*']
        | [b'#']
        | [b'%', b' ' | b'%', ..]
        | [b'(', b'*', ..]
        | [b'"', b'"', b'"'] => true,
        [b'#', b' ' | b'#' | b'!' | b'-', ..] | [b';', b' ', ..] | [b'!', b' ', ..] | [b'-', b'-'] => true,
        [b'd', b'n', b'l', b' ', ..] | [b'r' | b'R', b'e' | b'E', b'm' | b'M', b' ', ..] => true,
        _ => text.starts_with(b"<!--"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Comment, Look, OPENINGS};

    #[test]
    fn first_looks() {
        for (text, look) in [
            ("", Look::Blank),
            ("The library opens on Sundays, and nobody minds.", Look::Plain),
            ("We use a new method (see above) for it; nobody minds.", Look::Plain),
            ("    let total = items.iter().sum();", Look::Dense),
            ("import os", Look::Sparse),
            ("    return some.longer.name;", Look::Sparse),
            ("// adds two numbers", Look::Comment),
            ("\"name\": \"x\",", Look::Member),
            ("});", Look::Dense),
        ] {
            assert_eq!(Look::at(text.as_bytes()), look, "{text}");
        }
        assert!(OPENINGS.is_sorted());
    }

    #[test]
    fn comments_of_several_lines() {
        for (text, last) in [
            ("/*\n * Adds two numbers.\n\nThanks a lot for your help", Look::Plain),
            ("/*\n * Adds two numbers.\n *", Look::Comment),
            ("/*\n  Adds two numbers.\n\nThanks a lot for your help", Look::Comment),
            ("/*\n * Adds two numbers.\n */\nThanks a lot for your help", Look::Plain),
            ("<!--\nAdds two numbers.\nThanks a lot for your help", Look::Comment),
        ] {
            let mut comment = Comment::default();
            let looks: Vec<Look> = text.lines().map(|line| comment.look(line.as_bytes())).collect();
            assert_eq!(looks.last(), Some(&last), "{text}");
        }
    }
}
