//! What the comments at the top of a file say of it: who runs it, how editors are to show it, what it is called.

use super::language::{Languages, Tag};

/// Lines of comment that are asked.
pub(super) const ASKED: usize = 6;
/// Shortest name of a file that is believed, without its extension: `U.S.` is none.
const SHORTEST_STEM: usize = 2;

/// The language a line of comment names, if it names one. `first` says whether nothing stands before it.
///
/// - `#!/usr/bin/env python3`: the program that runs it (execve(2), "Interpreter scripts").
/// - `-*- C++ -*-` and `-*- mode: ruby -*-`: Emacs (GNU Emacs manual, "Specifying File Variables").
/// - `vim: set ft=perl:`: Vim (`:help modeline`).
/// - `//===- Comdat.h - Comdat definitions`: its own name, on the first line or behind `@file`.
pub(super) fn said(languages: &Languages, line: &[u8], first: bool) -> Option<usize> {
    let text = str::from_utf8(line).ok()?.trim();
    let named = |name: &str| match languages.of_fence(&name.to_ascii_lowercase()) {
        Tag::Language(index) => Some(index),
        _ => None,
    };
    if let Some(program) = text.strip_prefix("#!").filter(|_| first) {
        return interpreter(program).and_then(named);
    }
    mode(text).and_then(named).or_else(|| match file(text, first).map(|name| languages.of_file(name)) {
        Some(Tag::Language(index)) => Some(index),
        _ => None,
    })
}

/// The program of a first line, without its version.
fn interpreter(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let program = words.find(|word| *word != "env" && !word.starts_with('-'))?;
    Some(program.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.'))
}

/// The mode an editor is told.
fn mode(line: &str) -> Option<&str> {
    let between =
        line.split_once("-*-").and_then(|(_, rest)| rest.split_once("-*-")).map(|(mode, _)| mode.trim());
    let emacs = between.and_then(|variables| match variables.split_once(':') {
        None => Some(variables),
        Some(_) => variables.split(';').find_map(|variable| {
            let (name, value) = variable.split_once(':')?;
            name.trim().eq_ignore_ascii_case("mode").then(|| value.trim())
        }),
    });
    let vim = || {
        let (_, options) = line.split_once("vim:").or_else(|| line.split_once("vi:"))?;
        let mut values = options.split([' ', ':']).filter_map(|option| option.split_once('='));
        values.find(|(name, _)| matches!(*name, "ft" | "filetype" | "syntax")).map(|(_, value)| value)
    };
    emacs.or_else(vim)
}

/// The name of the file itself.
fn file(line: &str, first: bool) -> Option<&str> {
    let is_sign = |character: char| !character.is_alphanumeric() && !matches!(character, '_' | '@' | '\\');
    let mut words =
        line.split([' ', '\t', '*']).map(|word| word.trim_matches(is_sign)).filter(|word| !word.is_empty());
    let word = words.next()?;
    let name = match word {
        "@file" | "\\file" | "File" | "file" | "Filename" | "filename" | "FILE" => words.next()?,
        _ => Some(word).filter(|_| first)?,
    };
    let (stem, _) = name.rsplit_once('.')?;
    (stem.len() >= SHORTEST_STEM && !name.contains("//")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Languages, said};

    fn check(line: &str, first: bool, language: Option<&str>) {
        let source = include_str!("../../detectors/languages.toml");
        let languages = Languages::read(source).expect("the product's own languages");
        let told = said(&languages, line.as_bytes(), first)
            .map(|index| languages.detector(Some(index)).label.as_str());
        assert_eq!(told.map(|label| label.trim_start_matches("source_code.")), language, "{line}");
    }

    #[test]
    fn what_files_say_of_themselves() {
        for (line, language) in [
            ("#!/usr/bin/env python3", Some("python")),
            ("#! /usr/bin/perl -w", Some("perl")),
            ("#!/usr/bin/env -S bash -e", Some("shell")),
            ("#!/opt/thing", None),
            ("//===-- Block.h - a block --------*- C++ -*-===//", Some("cpp")),
            ("/* -*- mode: c; indent-tabs-mode: nil -*- */", Some("c")),
            ("# -*- coding: utf-8 -*-", None),
            ("# vim: set ft=perl ts=4:", Some("perl")),
            ("// server.js - serves", Some("javascript")),
            ("/* store/block.c -- blocks on disk */", Some("c")),
            (" * @file shapes.hpp", Some("cpp")),
            ("// This is the block.", None),
            ("// U.S. law", None),
            ("# See config.yaml for more", None),
            ("# https://example.com/x.js", None),
        ] {
            check(line, true, language);
        }
        check("// server.js - serves", false, None);
        check("#!/bin/sh", false, None);
    }
}
